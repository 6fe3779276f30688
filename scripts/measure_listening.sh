#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints whether motion belongs to the speech it is made for, from speech that no training heard:
# likeness of clips of one seed and of one speech, events of face and speech that coincide, timing of
# blinks and gaze, each beside its value with the speech of other clips. docs/metrics.md has the
# formulas.
#
# Usage: scripts/measure_listening.sh DATA OUT [COUNT]
#   DATA   folder with speech/librispeech/ (models/README.md tells the layout); recordings in
#          talking/grid_s1/ and talking/weekly_address/ are measured too, where vasa track has made
#          talking/grid_s1_tracks/<stem>.safetensors and talking/weekly_address_tracks/<stem>...
#   OUT    folder for the motion files made on the way
#   COUNT  utterances (default 20)
set -euo pipefail

if [ $# -lt 2 ]; then
    sed -n '8,13s/^# \?//p' "$0" >&2
    exit 2
fi
data=$1
out=$2
count=${3:-20}
seeds=8
root=$(cd "$(dirname "$0")/.." && pwd)
vasa=${VASA:-$root/build/bin/vasa}
# shellcheck source=scripts/choose_speech.sh
. "$root/scripts/choose_speech.sh"
speech=$data/speech/librispeech
mkdir -p "$out"

# animate SET NAME SOUND SEED [OPTION...]: motion of one sound file.
animate() {
    local file=$out/$1/$2.safetensors sound=$3 seed=$4
    mkdir -p "$out/$1"
    shift 4
    "$vasa" animate --quiet --allow-long --force --audio "$sound" --seed "$seed" --out "$file" "$@"
}

own_seed=100
mapfile -t sounds < <(spread "$speech" "$count" held-back)
for sound in "${sounds[@]}"; do
    stem=$(basename "${sound%.*}")
    own_seed=$((own_seed + 1))
    animate one_seed "$stem" "$sound" 1
    animate same_numbers "$stem" "$sound" 1 --performance same
    animate own_seeds "$stem" "$sound" "$own_seed"
    animate rules "$stem" "$sound" "$own_seed" --driver rules
done
# The motion of each clip under the name of the next one's speech.
mkdir -p "$out/shuffled"
last=${sounds[-1]}
for sound in "${sounds[@]}"; do
    cp "$out/own_seeds/$(basename "${last%.*}").safetensors" \
        "$out/shuffled/$(basename "${sound%.*}").safetensors"
    last=$sound
done
echo "== $count utterances: seed 1 for all, also the same random numbers for all, own seeds, own seeds"
echo "   under the speech of another clip"
sets=()
for set in one_seed same_numbers own_seeds shuffled rules; do
    sets+=(--set "$out/$set")
done
"$vasa" measure dependence "${sets[@]}" --speech "$speech"
"$vasa" measure motion "${sets[@]}" --speech "$speech"

echo "== the longest utterance, $seeds seeds"
sound=$(find "${sounds[@]}" -printf '%s %p\n' | sort -n | tail -n 1 | cut -d ' ' -f 2-)
for seed in $(seq "$seeds"); do
    animate seeds "seed_$seed" "$sound" "$seed"
    animate seeds_rules "seed_$seed" "$sound" "$seed" --driver rules
done
"$vasa" measure dependence --set "$out/seeds" --set "$out/seeds_rules"

# recordings NAME SOUND...: tracks of recorded speakers, and the driver on their speech.
recordings() {
    local name=$1 tracks=$data/talking/$1_tracks sound stem
    shift
    if [ ! -d "$tracks" ]; then
        echo "SKIPPED recordings: no $tracks"
        return
    fi
    echo "== recordings: $name"
    for sound in "$@"; do
        stem=$(basename "${sound%.*}")
        [ -f "$tracks/$stem.safetensors" ] || continue
        mkdir -p "$out/$name"
        cp "$tracks/$stem.safetensors" "$out/$name/"
        animate "${name}_one_seed" "$stem" "$sound" 1
    done
    sets=(--set "$out/$name" --set "$out/${name}_one_seed")
    "$vasa" measure dependence "${sets[@]}" --speech "$data/talking/$name"
    "$vasa" measure motion "${sets[@]}" --speech "$data/talking/$name"
}
# shellcheck disable=SC2046
recordings grid_s1 $(spread "$data/talking/grid_s1" 1000 held-back)
recordings weekly_address "$data/talking/weekly_address/"*.mp4
