#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Renders a list of jobs in several processes of this machine with GNU parallel.
#
#   scripts/bulk/parallel.sh JOBS [PROCESSES]
#
# PROCESSES: half as many as there are cores where not given. Environment: see run_share.sh; the
# cores are divided among the processes where VASA_THREADS is not set.
# Prints a summary at the end (summary.sh). Exit status: 0, 7 where jobs failed.
set -uo pipefail

if [ $# -lt 1 ] || [ $# -gt 2 ]; then
    sed -n '3,9s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
jobs=$1
processes=${2:-$((($(nproc) + 1) / 2))}
if ! [[ $processes =~ ^[1-9][0-9]*$ ]]; then
    echo "parallel.sh: '$processes' processes, expected a number from 1" >&2
    exit 2
fi
command -v parallel >/dev/null || {
    echo "parallel.sh: GNU parallel is not installed (Debian: parallel)" >&2
    exit 6
}
if [ ! -r "$jobs" ]; then
    echo "parallel.sh: cannot read '$jobs'" >&2
    exit 3
fi
export VASA_THREADS=${VASA_THREADS:-$((($(nproc) + processes - 1) / processes))}
# The summary tells what failed.
seq 0 $((processes - 1)) |
    parallel --will-cite --quote --line-buffer --jobs "$processes" \
        "$here/run_share.sh" "$jobs" {} "$processes"
exec "$here/summary.sh" "$jobs"
