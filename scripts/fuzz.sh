#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the fuzz targets with clang and runs each; exit 1 if one fails. The input that made it fail
# is then in build-fuzz/findings/: minimise it with `build-fuzz/bin/fuzz_NAME -minimize_crash=1`, and
# put it into tests/fuzz/corpus/NAME/ with the change that mends it.
#
#   scripts/fuzz.sh [SECONDS_PER_TARGET (60) [TARGET...]]
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
shift || true
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
    mapfile -t targets < <(find tests/fuzz/corpus -mindepth 1 -maxdepth 1 -printf '%f\n' | sort)
fi
cmake --preset fuzz >/dev/null
cmake --build build-fuzz -j "$(nproc)" --target "${targets[@]/#/fuzz_}" >build-fuzz/build.log || {
    tail -n 60 build-fuzz/build.log
    exit 1
}
# Targets write their inputs to files where a reader takes only a name.
if [ -w /dev/shm ]; then
    export TMPDIR=/dev/shm
fi
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export ASAN_OPTIONS=detect_leaks=1
export LSAN_OPTIONS=suppressions=$PWD/cmake/lsan.supp:print_suppressions=0
mkdir -p build-fuzz/findings
failed=()
for target in "${targets[@]}"; do
    found=build-fuzz/corpus/$target
    mkdir -p "$found"
    log=build-fuzz/$target.log
    if ! "build-fuzz/bin/fuzz_$target" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 \
        -max_len=20000 -artifact_prefix="build-fuzz/findings/$target-" -print_final_stats=1 \
        "$found" "tests/fuzz/corpus/$target" >"$log" 2>&1; then
        failed+=("$target")
        grep -E 'ERROR|runtime error|fuzz: |SUMMARY|Test unit written' "$log" || tail -n 20 "$log"
    fi
    awk -v target="$target" '/number_of_executed_units/ { runs = $2 } / cov: / { cover = $4 }
        END { printf "%s: %d runs, %d edges\n", target, runs, cover }' "$log"
done
if [ ${#failed[@]} -gt 0 ]; then
    echo "fuzz: failed: ${failed[*]}" >&2
    exit 1
fi
