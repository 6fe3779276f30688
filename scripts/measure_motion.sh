#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints the figures of the motion network in models/README.md, from speech that no training heard.
#
# Usage: scripts/measure_motion.sh DATA OUT [COUNT]
#   DATA   folder with speech/ and talking/grid_s1/ (models/README.md tells the layout); with
#          talking/grid_s1_tracks/<stem>.safetensors, made by vasa track, recordings are compared too
#   OUT    folder for the motion files made on the way
#   COUNT  utterances a table (default 24)
set -euo pipefail

if [ $# -lt 2 ]; then
    sed -n '5,10s/^# \?//p' "$0" >&2
    exit 2
fi
data=$1
out=$2
count=${3:-24}
root=$(cd "$(dirname "$0")/.." && pwd)
vasa=${VASA:-$root/build/bin/vasa}
# shellcheck source=scripts/choose_speech.sh
. "$root/scripts/choose_speech.sh"
mkdir -p "$out"

# animate SET SOUND [OPTION...]: motion of one sound file, seeded by its name.
animate() {
    local set=$1 sound=$2 stem seed
    shift 2
    stem=$(basename "${sound%.*}")
    seed=$(($(printf '%s' "$stem" | cksum | cut -d ' ' -f 1) % 1000))
    mkdir -p "$out/$set"
    "$vasa" animate --quiet --allow-long --force --audio "$sound" --seed "$seed" \
        --out "$out/$set/$stem.safetensors" "$@"
}

echo "== held-back speech with known phones, motion by what makes it"
speech=$data/speech/librispeech
for sound in $(spread "$speech" "$count" held-back); do
    phones=${sound%.*}.phones
    animate synthesiser "$sound" --phones "$phones"
    animate rules "$sound" --driver rules
    animate regressor "$sound" --steps 1 --cfg-audio 0
    animate diffusion "$sound"
    animate diffusion_50 "$sound" --steps 50
done
sets=()
for set in synthesiser rules regressor diffusion diffusion_50; do
    sets+=(--set "$out/$set")
done
"$vasa" measure motion "${sets[@]}" --speech "$speech" --reference synthesiser --joint-every 100
echo "== the lip-sync expert on the same"
"$vasa" measure sync "${sets[@]}" --speech "$speech"
echo "== the mouth-head expert on those of 4 s or more"
"$vasa" measure head-expert "${sets[@]}"

tracks=$data/talking/grid_s1_tracks
grid=$data/talking/grid_s1
if [ -d "$tracks" ]; then
    echo "== held-back recordings of a real speaker (GRID)"
    mkdir -p "$out/recorded"
    for sound in $(spread "$grid" 1000 held-back); do
        stem=$(basename "${sound%.*}")
        [ -f "$tracks/$stem.safetensors" ] || continue
        cp "$tracks/$stem.safetensors" "$out/recorded/"
        animate grid_rules "$sound" --driver rules
        animate grid_regressor "$sound" --steps 1 --cfg-audio 0 --style grid
        animate grid_style "$sound" --style grid
        animate grid_natural "$sound"
    done
    sets=()
    for set in recorded grid_rules grid_regressor grid_style grid_natural; do
        sets+=(--set "$out/$set")
    done
    "$vasa" measure motion "${sets[@]}" --speech "$grid" --reference recorded
    "$vasa" measure sync "${sets[@]}" --speech "$grid"
else
    echo "SKIPPED recordings: no $tracks"
fi

echo "== other languages, and speech that is hard to hear"
"$root/scripts/make_hard_speech.sh" "$speech" "$out/hard_speech" 9
mkdir -p "$out/various"
for kind in kerstin_de festvox_ru; do
    for sound in $(spread "$data/speech/$kind" 8); do
        cp "$sound" "$out/various/${kind}_$(basename "$sound")"
    done
done
for kind in noise line whisper slow babble silence; do
    side=held-back
    if [ $kind = silence ]; then
        side=
    fi
    for sound in $(spread "$out/hard_speech/$kind" 6 $side); do
        cp "$sound" "$out/various/${kind}_$(basename "$sound")"
    done
done
sets=()
for kind in kerstin_de festvox_ru noise line whisper slow babble silence; do
    for sound in "$out/various/${kind}_"*; do
        [ -f "$sound" ] && animate "$kind" "$sound"
    done
    [ -d "$out/$kind" ] && sets+=(--set "$out/$kind")
done
"$vasa" measure motion "${sets[@]}" --speech "$out/various"

echo "== what is asked for"
# shellcheck disable=SC2046
"$vasa" measure controls --speech $(spread "$speech" 28 held-back)
