#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Puts the example's inputs into a folder and prints its name: portrait.jpg (Rear Admiral Grace
# Hopper, a public-domain photograph of the US Navy, from Debian's python-matplotlib-data) and
# speech.wav (spoken by flite).
set -euo pipefail

folder=${1:?folder for portrait.jpg and speech.wav}
mkdir -p "$folder"
portrait=$(dpkg -L python-matplotlib-data | grep '/grace_hopper.jpg$' | head -n 1)
cp "$portrait" "$folder/portrait.jpg"
flite -voice slt -o "$folder/speech.wav" -t \
    "Hello. This clip was made from one photograph and one sentence. Please mind the moving lips."
echo "$folder"
