#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints speed and memory of the program on this machine (build first). Nothing here passes or fails.
#
#   scripts/bench.sh                    the parts, then whole renders alone and beside two busy loops
#   scripts/bench.sh --against BUILD    whole renders of this build and of another one, in turn
#   scripts/bench.sh --marks            renders with and without marks, in turn
#
# BUILD is a build folder with bin/vasa. RUNS=3 takes medians of three renders instead of five.
set -euo pipefail
cd "$(dirname "$0")/.."

programs=(build/bin/vasa)
more=()
inputs=$(scripts/example_inputs.sh build/examples)
if [ "${1:-}" = --against ]; then
    programs+=("${2:?folder of the other build}/bin/vasa")
elif [ "${1:-}" = --marks ]; then
    more=(--marks)
else
    build/bin/vasa_bench "$inputs/portrait.jpg" models
    build/bin/vasa_motion_bench models auto
fi
exec python3 scripts/bench_renders.py "$inputs" "${programs[@]}" --runs "${RUNS:-5}" \
    "${more[@]}" --options="--models models"
