#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The bulk scripts with the real program, by one engine:
#
#   tests/bulk/bulk_test.sh VASA shell|parallel|slurm
#
# slurm: munged, slurmctld and slurmd of this test alone, on this host, stopped at the end; neither
# systemd nor root is needed. Exit status: 0 passed, 1 failed, 77 skipped since the engine is not
# installed (said so).
set -euo pipefail

vasa=$(realpath "$1")
engine=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
bulk=$root/scripts/bulk
folder=$(mktemp -d)
started=()

clean_up() {
    if [ "$engine" = slurm ] && [ ${#started[@]} -eq 3 ]; then
        timeout 5 scancel --quiet --user="$(id -un)" 2>/dev/null || true
    fi
    for pid in "${started[@]}"; do
        kill "$pid" 2>/dev/null || true
    done
    for _ in $(seq 50); do
        [ -z "$(jobs -rp)" ] && break
        sleep 0.1
    done
    for pid in "${started[@]}"; do
        kill -KILL "$pid" 2>/dev/null || true
    done
    rm -rf "$folder"
}
trap clean_up EXIT

fail() {
    echo "FAILED: $*" >&2
    for log in "$folder"/*.log "$folder"/slurm/*.log "$folder"/list/*.log; do
        [ -s "$log" ] && { echo "--- $log"; tail -n 20 "$log"; } >&2
    done
    exit 1
}

skip() {
    echo "SKIPPED: $*"
    exit 77
}

need() {
    local tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null || skip "$tool is not installed: nothing of engine '$engine' is tested"
    done
}

# Runs a command whose exit status is to be the first argument.
expect() {
    local expected=$1 status=0
    shift
    "$@" >>"$folder/run.log" 2>&1 || status=$?
    [ $status -eq "$expected" ] || fail "'$*' left with $status, expected $expected"
}

# $here: two portraits, a second of speech, and jobs.jsonl: each with it, one that cannot be done.
make_list() {
    here="$folder/list"
    mkdir -p "$here/portraits" "$here/speech"
    "$root/scripts/example_inputs.sh" "$here" >/dev/null
    mv "$here/portrait.jpg" "$here/portraits/a person.jpg"
    cp "$here/portraits/a person.jpg" "$here/portraits/b.jpg"
    python3 - "$here/speech.wav" "$here/speech/said.wav" <<'PYTHON'
import sys, wave
with wave.open(sys.argv[1]) as sound, wave.open(sys.argv[2], "wb") as start:
    start.setparams(sound.getparams())
    start.writeframes(sound.readframes(sound.getframerate() // 2))
PYTHON
    jobs="$here/all jobs.jsonl"
    "$bulk/make_jobs.sh" "$here/portraits" "$here/speech" "$here/clips" driver=rules \
        decoder=geometry >"$jobs"
    [ "$(wc -l <"$jobs")" -eq 2 ] || fail "make_jobs.sh: expected two jobs"
    printf '# a comment\n\n{"image": "%s", "audio": "%s", "out": "%s"}\n' "$here/none.png" \
        "$here/speech/said.wav" "$here/clips/bad.mp4" >>"$jobs"
}

# The summary must end with $1 and name the job that cannot be done, and the clips must be there.
check_results() {
    local clip
    expect 7 "$bulk/summary.sh" "$jobs"
    "$bulk/summary.sh" "$jobs" >"$here/summary.log" || true
    [ "$(tail -n 1 "$here/summary.log")" = "$1" ] ||
        fail "the summary ends with '$(tail -n 1 "$here/summary.log")', expected '$1'"
    grep -q "^failed: line 5, '.*/bad.mp4': .*none.png" "$here/summary.log" ||
        fail "the summary does not name the failed job"
    for clip in "a person_said" b_said; do
        "$vasa" info "$here/clips/$clip.mp4" >/dev/null || fail "no clip '$clip'"
    done
    [ "$(find "$here/clips" -type f | wc -l)" -eq 4 ] ||
        fail "not two clips and their records: $(ls -A "$here/clips")"
}

stamps() {
    stat -c '%n %y' "$here"/clips/*.mp4
}

test_shell() {
    local before
    make_list
    expect 7 "$bulk/run_share.sh" "$jobs" 0 1
    check_results "3 jobs: 2 done, 1 failed"
    before=$(stamps)
    # Two shares of the same list, at the same time: everything is there already.
    "$bulk/run_share.sh" "$jobs" 0 2 2>>"$folder/run.log" &
    expect 7 "$bulk/run_share.sh" "$jobs" 1 2
    wait $! || fail "share 0 of 2 failed"
    check_results "3 jobs: 2 done, 1 failed"
    [ "$before" = "$(stamps)" ] || fail "a finished clip was made again"
    grep -q '"line":5.*"state":"failed"' "$jobs.results/1-of-2.jsonl" || fail "line 5 is not share 1's"

    # A program that is killed in the middle of a line, then works.
    cat >"$here/flaky" <<SCRIPT
#!/bin/sh
echo try >>"$here/tries"
if [ "\$(wc -l <"$here/tries")" -eq 1 ]; then
    printf '{"line"'
    kill -KILL \$\$
fi
exec "$vasa" "\$@"
SCRIPT
    chmod +x "$here/flaky"
    rm -r "$jobs.results"
    VASA=$here/flaky VASA_RETRIES=3 expect 7 "$bulk/run_share.sh" "$jobs" 0 1
    [ "$(wc -l <"$here/tries")" -eq 2 ] || fail "$(wc -l <"$here/tries") attempts, expected 2"
    check_results "3 jobs: 2 done, 1 failed"

    # The same jobs as CSV: the header is part of every share.
    (
        echo "image,audio,out,driver,decoder"
        for clip in "a person" b; do
            echo "\"$here/portraits/$clip.jpg\",$here/speech/said.wav,$here/clips/${clip}_said.mp4,rules,geometry"
        done
    ) >"$here/jobs.csv"
    expect 0 "$bulk/run_share.sh" "$here/jobs.csv" 0 2
    expect 7 "$bulk/summary.sh" "$here/jobs.csv"
    expect 0 "$bulk/run_share.sh" "$here/jobs.csv" 1 2
    expect 0 "$bulk/summary.sh" "$here/jobs.csv"
    expect 0 "$bulk/run_share.sh" "$here/jobs.csv" 4 5

    expect 2 "$bulk/run_share.sh" "$jobs" 2 2
    expect 3 "$bulk/run_share.sh" "$here/none.jsonl" 0 1
    expect 3 "$bulk/summary.sh" "$here/none.jsonl"
    expect 1 "$bulk/make_jobs.sh" "$here/clips" "$here/speech" "$here/more"
    cp "$here/portraits/b.jpg" "$here/portraits/b.jpeg"
    expect 1 "$bulk/make_jobs.sh" "$here/portraits" "$here/speech" "$here/more"
}

test_parallel() {
    need parallel
    make_list
    expect 7 "$bulk/parallel.sh" "$jobs" 2
    check_results "3 jobs: 2 done, 1 failed"
    [ "$(find "$jobs.results" -name '*-of-2.jsonl' -size +0 | wc -l)" -eq 2 ] ||
        fail "not two shares with results"
    local before
    before=$(stamps)
    expect 7 "$bulk/parallel.sh" "$jobs"
    [ "$before" = "$(stamps)" ] || fail "a finished clip was made again"
    expect 2 "$bulk/parallel.sh" "$jobs" none
}

# Starts a program that ends with this test, whatever happens to it.
start() {
    setpriv --pdeathsig KILL "$@" >>"$slurm/$1.log" 2>&1 &
    started+=($!)
}

wait_until() {
    local end=$((SECONDS + 120))
    while [ $SECONDS -lt $end ]; do
        if "$@" >/dev/null 2>&1; then
            return
        fi
        sleep 0.1
    done
    fail "'$*' does not come true"
}

node_is_idle() {
    sinfo --noheader --format=%t | grep -qx idle
}

queue_is_empty() {
    local left
    left=$(squeue --noheader) && [ -z "$left" ]
}

start_slurm() {
    local host ports
    slurm=$folder/slurm
    host=$(uname -n)
    host=${host%%.*}
    read -r -a ports < <(python3 -c '
import socket
sockets = [socket.socket() for _ in range(2)]
for s in sockets:
    s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in sockets))')
    mkdir -p "$slurm/state" "$slurm/spool"
    chmod 755 "$folder" "$slurm"
    (umask 077 && head -c 128 /dev/urandom >"$slurm/munge.key")
    cat >"$slurm/slurm.conf" <<CONF
ClusterName=vasa
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
AuthInfo=socket=$slurm/munge.socket
CredType=cred/munge
SlurmctldPort=${ports[0]}
SlurmdPort=${ports[1]}
SlurmctldPidFile=$slurm/slurmctld.pid
SlurmdPidFile=$slurm/slurmd.pid
StateSaveLocation=$slurm/state
SlurmdSpoolDir=$slurm/spool
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0
ReturnToService=2
MpiDefault=none
NodeName=$host NodeAddr=127.0.0.1 CPUs=4 State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
    export SLURM_CONF=$slurm/slurm.conf
    start munged --foreground --force --num-threads=2 --socket="$slurm/munge.socket" \
        --key-file="$slurm/munge.key" --pid-file="$slurm/munged.pid" \
        --log-file="$slurm/munged.out.log" --seed-file="$slurm/munged.seed"
    wait_until test -S "$slurm/munge.socket"
    start slurmctld -D
    start slurmd -D -N "$host"
    wait_until node_is_idle
}

test_slurm() {
    export PATH=$PATH:/usr/sbin:/sbin
    need munged slurmctld slurmd sbatch setpriv
    id -un >/dev/null 2>&1 || skip "user $(id -u) has no name, which Slurm needs"
    make_list
    start_slurm
    cd "$here"
    expect 0 sbatch --array=0-1 "$bulk/slurm_array.sh" "$jobs"
    wait_until queue_is_empty
    check_results "3 jobs: 2 done, 1 failed"
    [ "$(tail -n 1 "$jobs.results/summary.txt")" = "3 jobs: 2 done, 1 failed" ] ||
        fail "the summary's own task: $(cat "$jobs.results/summary.txt")"
    # Again, with tasks that have nothing to do.
    local before
    before=$(stamps)
    rm "$jobs.results/summary.txt"
    expect 0 sbatch "$bulk/slurm_array.sh" "$jobs"
    wait_until queue_is_empty
    [ "$(tail -n 1 "$jobs.results/summary.txt")" = "3 jobs: 2 done, 1 failed" ] ||
        fail "the second summary: $(cat "$jobs.results/summary.txt")"
    [ "$before" = "$(stamps)" ] || fail "a finished clip was made again"
}

export VASA=$vasa VASA_RETRIES=1 VASA_RETRY_WAIT=0
case $engine in
    shell | parallel | slurm) "test_$engine" ;;
    *)
        echo "bulk_test: unknown engine '$engine'" >&2
        exit 2
        ;;
esac
echo "passed: $engine"
