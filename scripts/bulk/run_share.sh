#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Renders one share of a list of jobs, again after failures, and keeps the results.
#
#   scripts/bulk/run_share.sh JOBS SHARE SHARES
#
# SHARE is 0..SHARES-1: the lines whose number leaves that remainder; 0 1 is the whole list. Results
# are added to JOBS.results/SHARE-of-SHARES.jsonl, a line a job and attempt; finished clips are not
# rendered again. summary.sh sums up.
#
#   VASA             the program (vasa)
#   VASA_RETRIES     further attempts after a failed one (2)
#   VASA_RETRY_WAIT  seconds before the first of them, twice as many before the second, ... (5)
#   VASA_THREADS     threads of the program (0 = one per core)
#   VASA_OPTIONS     more options of `vasa batch`, parted by spaces
#
# Exit status: that of the last attempt (`vasa batch`: 0, or 7 where jobs failed).
set -uo pipefail

if [ $# -ne 3 ]; then
    sed -n '3,17s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
jobs=$1 share=$2 shares=$3
vasa=${VASA:-vasa}
read -r -a options <<<"${VASA_OPTIONS:-}"
if ! [[ $share =~ ^[0-9]+$ && $shares =~ ^[0-9]+$ && $share -lt $shares ]]; then
    echo "run_share: share '$share' of '$shares', expected 0..SHARES-1 of SHARES" >&2
    exit 2
fi
if [ ! -r "$jobs" ]; then
    echo "run_share: cannot read '$jobs'" >&2
    exit 3
fi
name=$jobs.results/$share-of-$shares
mkdir -p "$jobs.results" || exit 5

# The list with the lines of others left empty, so that numbers stay; a CSV's header is everyone's.
has_jobs=0
awk -v share="$share" -v shares="$shares" '
    /^[[:space:]]*(#|$)/ { print ""; next }
    !begun { begun = 1; if ($0 !~ /^(\357\273\277)?[[:space:]]*\{/) { print; next } }
    NR % shares == share { print; found = 1; next }
    { print "" }
    END { exit found ? 0 : 1 }' "$jobs" >"$name.$$" && has_jobs=1
mv -f "$name.$$" "$name.list" || exit 5
if [ $has_jobs -eq 0 ]; then
    exit 0
fi

status=0
for attempt in $(seq 0 "${VASA_RETRIES:-2}"); do
    if [ "$attempt" -gt 0 ]; then
        echo "run_share: share $share of $shares: attempt $((attempt + 1))" >&2
        sleep $((attempt * ${VASA_RETRY_WAIT:-5}))
    fi
    # An attempt that was killed may have left half a line.
    if [ -s "$name.jsonl" ] && [ -n "$(tail -c 1 "$name.jsonl")" ]; then
        echo >>"$name.jsonl"
    fi
    before=$(stat -c %s "$name.jsonl" 2>/dev/null || echo 0)
    "$vasa" --quiet --threads "${VASA_THREADS:-0}" batch --resume "${options[@]}" "$name.list" \
        >>"$name.jsonl"
    status=$?
    case $status in
        # Done; stopped; a wrong command line: another attempt changes nothing.
        0 | 2 | 130 | 143) break ;;
        # Nor where all that failed are jobs whose inputs or options are wrong.
        7)
            tail -c "+$((before + 1))" "$name.jsonl" | grep '"state":"failed"' |
                grep -qvE '"kind":"(input|usage)"' || break
            ;;
    esac
done
exit "$status"
