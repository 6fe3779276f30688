#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Puts the inputs of tests/quality/suite.json into a folder and prints its name.
#
#   hopper.jpg      Rear Admiral Grace Hopper, US Navy, public domain (scripts/example_inputs.sh)
#   astronaut.png   Eileen Collins, NASA, public domain, from Debian's python3-skimage
#   *.wav           spoken by flite (English; .phones beside) and espeak-ng (German, Mandarin)
set -euo pipefail

folder=${1:?folder for the inputs of the quality suite}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$(dirname "$0")/example_inputs.sh" "$work" >/dev/null
mkdir -p "$folder"
cp "$work/portrait.jpg" "$folder/hopper.jpg"

# Only the picture of the package: installed, it would bring numpy, scipy and matplotlib along.
fetch() {
    (cd "$work" && apt-get -qq -o APT::Sandbox::User="$(id -un)" download python3-skimage)
}
if [ ! -s "$folder/astronaut.png" ]; then
    if ! fetch 2>/dev/null; then
        as_root=()
        if [ "$(id -u)" -ne 0 ]; then
            as_root=(sudo)
        fi
        "${as_root[@]}" apt-get update -qq
        fetch
    fi
    dpkg --fsys-tarfile "$work"/python3-skimage_*.deb |
        tar -xO ./usr/lib/python3/dist-packages/skimage/data/astronaut.png >"$work/astronaut.png"
    mv "$work/astronaut.png" "$folder/astronaut.png"
fi

# english VOICE STEM TEXT: sound, and its phones as start, duration and name.
english() {
    flite -voice "$1" -psdur -o "$folder/$2.wav" -t "$3" | tr ' ' '\n' |
        awk -F: 'NF == 2 {
            name = $1 == "pau" ? "SIL" : $1 == "ax" ? "AH" : toupper($1)
            printf "%.3f\t%.3f\t%s\n", start, $2 - start, name
            start = $2
        }' >"$folder/$2.phones"
}
english slt english_slt "Bob and Pam buy my maps. Maybe."
english rms english_rms "People put up umbrellas. My, my."
espeak-ng -v de -s 190 -w "$folder/german.wav" "Guten Morgen. Wir fahren mit dem Boot."
espeak-ng -v cmn -s 200 -w "$folder/mandarin.wav" "今天我们坐船去。"
echo "$folder"
