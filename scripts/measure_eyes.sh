#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints how eyes open in held-back portraits that show them shut: each is shut by a blink, and the
# frame is taken as a new portrait.
#
# Usage: scripts/measure_eyes.sh DATA OUT [COUNT [MEASURE_OPTION...]]
#   DATA            folder with portraits/ (models/README.md tells the layout)
#   OUT             PNG file: eyes as given, shut, opened
#   COUNT           portraits, 0 = all (default 60)
#   MEASURE_OPTION  for vasa measure eyes, such as --decoder fast
set -euo pipefail

if [ $# -lt 2 ]; then
    sed -n '6,11s/^# \?//p' "$0" >&2
    exit 2
fi
data=$1
out=$2
count=${3:-60}
shift $(($# < 3 ? 2 : 3))
root=$(cd "$(dirname "$0")/.." && pwd)
"${VASA:-$root/build/bin/vasa}" --quiet measure eyes --portraits "$data/portraits" \
    --names "$root/models/held_back_portraits.txt" --limit "$count" --out "$out" --force "$@"
