#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Contact sheets to look at after every change that shows in frames: portraits (rows) at the limits
# of pose, and close-ups of mouths and eyes.
#
#   scripts/contact_sheet.sh OUT_FOLDER PORTRAIT...
#
# Writes OUT_FOLDER/poses_N.png and OUT_FOLDER/expressions_N.png, six portraits a sheet.
set -euo pipefail

if [ $# -lt 2 ]; then
    sed -n '3,8s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
vasa=${VASA:-$(dirname "$0")/../build/bin/vasa}
out=$1
shift
mkdir -p "$out"
number=0
while [ $# -gt 0 ]; do
    rows=("${@:1:6}")
    shift ${#rows[@]}
    for set in poses expressions; do
        "$vasa" --quiet measure sheet --set "$set" --tile 256 --force \
            --out "$out/${set}_$number.png" "${rows[@]}"
    done
    number=$((number + 1))
done
