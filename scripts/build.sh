#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Release build; leaves the program at build/bin/vasa.
#
#   scripts/build.sh [--only TARGET] [ARGUMENT...]
#
# --only builds one target: `vasa` is the program without tests, less than half of everything.
# Arguments go to CMake's configure step.
set -euo pipefail
cd "$(dirname "$0")/.."

targets=()
if [ "${1:-}" = --only ]; then
    targets=(--target "${2:?build.sh: --only needs a target}")
    shift 2
fi
jobs=$(nproc)
# A file that includes libtorch takes about 2 GB to compile.
by_memory=$(awk '/MemAvailable/ { print int($2 / 2500000) }' /proc/meminfo)
if [ "$by_memory" -ge 1 ] && [ "$by_memory" -lt "$jobs" ]; then
    jobs=$by_memory
fi
cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release "$@" >build-configure.log 2>&1 || {
    cat build-configure.log >&2
    exit 1
}
rm -f build-configure.log
cmake --build build -j "$jobs" "${targets[@]}"
