#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints the SHA-256 of what a build of vasa makes: face codes, motion files and frames of all decoders.
# Two builds that should give the same output do if the lists are equal:
#
#   scripts/output_hashes.sh OLD/bin/vasa INPUTS [PORTRAIT...] >old.txt
#   scripts/output_hashes.sh NEW/bin/vasa INPUTS [PORTRAIT...] >new.txt
#   diff old.txt new.txt
#
# INPUTS    folder of scripts/quality_inputs.sh, which is called if the folder is not there
# PORTRAIT  further portraits to encode and to render
set -euo pipefail
vasa=$(realpath "${1:?path of the program}")
inputs=${2:?folder of the inputs}
shift 2
[ -d "$inputs" ] || "$(dirname "$0")/quality_inputs.sh" "$inputs" >/dev/null
inputs=$(realpath "$inputs")
portraits=("$inputs/hopper.jpg" "$inputs/astronaut.png")
for portrait in "$@"; do
    portraits+=("$(realpath "$portrait")")
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

print_hash() { # LABEL FILE...
    echo "$(cat "${@:2}" | sha256sum | cut -d ' ' -f 1)  $1"
}
for portrait in "${portraits[@]}"; do
    name=$(basename "$portrait")
    "$vasa" encode --image "$portrait" --out face.safetensors --force --quiet >/dev/null
    print_hash "face code: $name" face.safetensors
done
for speech in english_slt german mandarin; do
    "$vasa" animate --audio "$inputs/$speech.wav" --out motion.csv --seed 3 --force --quiet >/dev/null
    print_hash "motion: $speech" motion.csv
done
"$vasa" animate --audio "$inputs/german.wav" --out rules.csv --driver rules --quiet >/dev/null
print_hash "motion by rules: german" rules.csv

clip() { # LABEL OPTION...
    rm -rf frames
    mkdir frames
    "$vasa" render "${@:2}" --out frames/%05d.png --quiet >/dev/null
    print_hash "frames: $1" frames/*.png
}
hopper=(--image "$inputs/hopper.jpg" --audio "$inputs/english_slt.wav")
clip "hopper, geometry" "${hopper[@]}" --decoder geometry
clip "hopper, fast" "${hopper[@]}" --decoder fast --seed 7
clip "hopper, full" "${hopper[@]}" --decoder full --fps 12
clip "astronaut, fast, controls" --image "$inputs/astronaut.png" --audio "$inputs/mandarin.wav" \
    --gaze 12,-4 --distance 1.15 --emotion happy:0.6 --head-motion 1.5
clip "astronaut, rules, 30000/1001" --image "$inputs/astronaut.png" --audio "$inputs/german.wav" \
    --driver rules --fps 30000/1001
clip "astronaut, motion file" --image "$inputs/astronaut.png" --motion motion.csv --decoder fast
for portrait in "${portraits[@]:2}"; do
    clip "$(basename "$portrait"), fast" --image "$portrait" --audio "$inputs/german.wav"
done
