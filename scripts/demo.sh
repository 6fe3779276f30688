#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# From nothing to a clip: sets up, builds the program, fetches the example's portrait, speaks a sentence and
# renders clip.mp4. Options of `vasa render` may follow.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh
scripts/build.sh --only vasa
inputs=$(scripts/example_inputs.sh build/examples)
build/bin/vasa render --image "$inputs/portrait.jpg" --audio "$inputs/speech.wav" \
    --out clip.mp4 --force "$@"
