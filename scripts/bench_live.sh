#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Measures `vasa live` through real pipes, by the wall clock (docs/live.md). Nothing here passes or
# fails.
#
#   scripts/bench_live.sh               latency, first frames, a portrait's change, sound and picture
#   scripts/bench_live.sh --minutes 30  also a long run: memory, drops, sound and picture at its end
#   scripts/bench_live.sh --busy 1      beside so many busy loops
#
# Other options go to `vasa live`: scripts/bench_live.sh -- --decoder geometry
set -euo pipefail
cd "$(dirname "$0")/.."

inputs=$(scripts/example_inputs.sh build/examples)
exec python3 scripts/bench_live.py "$inputs" build/bin/vasa --models models "$@"
