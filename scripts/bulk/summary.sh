#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#SBATCH --job-name=vasa_summary
# Sums up what run_share.sh left of a list of jobs, failures one by one.
#
#   scripts/bulk/summary.sh JOBS
#
# Of a job that several attempts or runs have tried, the last result counts.
# Exit status: 0 where every job is done, 7 where jobs failed or have no result.
set -euo pipefail

if [ $# -ne 1 ]; then
    sed -n '4,9s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
exec python3 - "$1" <<'PYTHON'
import collections
import csv
import glob
import json
import os
import sys


def lines_of(path):
    with open(path, encoding="utf-8-sig", errors="replace", newline="\n") as text:
        return list(enumerate(text, 1))


def comparable(out):
    return out.replace("\ufffd", "") if isinstance(out, str) else None


def outputs(path):
    """Outputs by line number; None where the line cannot be read."""
    found, header = {}, None
    for number, line in lines_of(path):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if not found and header is None and not line.startswith("{"):
            header = next(csv.reader([line]))
            continue
        try:
            fields = json.loads(line) if header is None else dict(zip(header, next(csv.reader([line]))))
            found[number] = comparable(fields.get("out"))
        except (ValueError, AttributeError, StopIteration):
            found[number] = None
    return found


def results(path):
    """The last result of each line, of all shares and runs."""
    last = {}
    files = glob.glob(os.path.join(glob.escape(path) + ".results", "*.jsonl"))
    for file in sorted(files, key=lambda name: os.stat(name).st_mtime_ns):
        for _, line in lines_of(file):
            try:
                result = json.loads(line)
                last[result["line"], comparable(result["out"])] = result
            except (ValueError, KeyError, TypeError):
                continue  # what a killed process left
    return last


path = sys.argv[1]
try:
    jobs = outputs(path)
    found = results(path)
except OSError as error:
    print(f"summary: '{error.filename}': {error.strerror}", file=sys.stderr)
    sys.exit(3)
states = collections.Counter()
for number, out in jobs.items():
    result = found.get((number, out)) or (out is None and found.get((number, "")))
    # Skipped are those that an earlier attempt, or run, has done.
    state = result["state"].replace("skipped", "done") if result else "without a result"
    states[state] += 1
    if result and "error" in result:
        print(f"failed: line {number}, '{result['out']}': {result['error']['message']}")
print(f"{len(jobs)} jobs: " + ", ".join(f"{count} {state}" for state, count in sorted(states.items())))
sys.exit(0 if states["done"] == len(jobs) else 7)
PYTHON
