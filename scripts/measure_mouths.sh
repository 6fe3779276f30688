#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints what the open mouths of spoken clips show (docs/metrics.md), as means over clips of held-back
# portraits that speak held-back utterances.
#
# Usage: scripts/measure_mouths.sh DATA OUT [COUNT [RENDER_OPTION...]]
#   DATA           folder with portraits/ and speech/librispeech (models/README.md tells the layout)
#   OUT            folder for the clips
#   COUNT          clips (default 16)
#   RENDER_OPTION  for vasa render, such as --decoder geometry
set -euo pipefail

if [ $# -lt 2 ]; then
    sed -n '6,11s/^# \?//p' "$0" >&2
    exit 2
fi
data=$1
out=$2
count=${3:-16}
shift $(($# < 3 ? 2 : 3))
root=$(cd "$(dirname "$0")/.." && pwd)
vasa=${VASA:-$root/build/bin/vasa}
# shellcheck source=scripts/choose_speech.sh
. "$root/scripts/choose_speech.sh"
mkdir -p "$out"

# Evenly spread over the list of held-back portraits.
mapfile -t names < <(grep -v '^#' "$root/models/held_back_portraits.txt")
mapfile -t sounds < <(spread "$data/speech/librispeech" "$count" held-back)
for ((i = 0; i < ${#sounds[@]}; ++i)); do
    name=${names[i * ${#names[@]} / ${#sounds[@]}]}
    clip=$out/$(basename "${name%.*}").mp4
    "$vasa" render --quiet --force --allow-long --image "$data/portraits/$name" \
        --audio "${sounds[i]}" --seed 5 --out "$clip" "$@" || continue
    "$vasa" eval --quiet --json "$clip" > "${clip%.mp4}.json"
done
python3 - "$out" << 'PYTHON'
import glob
import json
import sys

NAMES = ["mouth_dark", "mouth_dark_wide", "mouth_teeth", "mouth_teeth_wide", "mouth_flesh",
         "mouth_flesh_wide", "teeth_level", "mouth_gradient"]
clips = [json.load(open(path))["scores"] for path in sorted(glob.glob(sys.argv[1] + "/*.json"))]
print(len(clips), "clips")
for name in NAMES:
    values = [clip[name]["value"] for clip in clips if name in clip]
    mean = sum(values) / len(values) if values else float("nan")
    print(f"{name:18}{mean:6.3f}  in {len(values)} clips")
PYTHON
