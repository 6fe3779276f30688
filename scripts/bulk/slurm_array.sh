#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#SBATCH --job-name=vasa
#SBATCH --array=0-3
#SBATCH --cpus-per-task=2
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=vasa_%A_%a.log
# Renders a list of jobs as a Slurm job array; each task takes its share of the lines.
#
#   sbatch scripts/bulk/slurm_array.sh JOBS
#   sbatch --array=0-15 --gres=gpu:1 --export=ALL,VASA=/opt/vasa/bin/vasa scripts/bulk/slurm_array.sh JOBS
#
# Tasks that Slurm stops or queues again go on where they were. The first task submits summary.sh, to
# run once all have ended: its text is JOBS.results/summary.txt, its exit status 7 where jobs failed.
#
# Environment: see run_share.sh, and
#   VASA_BULK  folder of these scripts, where the nodes see it elsewhere than the submitting host
set -uo pipefail

if [ $# -ne 1 ] || [ -z "${SLURM_ARRAY_TASK_ID:-}" ]; then
    echo "usage: sbatch scripts/bulk/slurm_array.sh JOBS" >&2
    exit 2
fi
jobs=$1
# Slurm runs a copy of this file: its neighbours lie where it was submitted from.
bulk=${VASA_BULK:-}
if [ -z "$bulk" ]; then
    bulk=$(scontrol show job "$SLURM_JOB_ID" | sed -n 's|^ *Command=\(.*\)/slurm_array\.sh.*|\1|p' |
        head -n 1)
fi
if [ ! -x "$bulk/run_share.sh" ]; then
    echo "slurm_array.sh: no run_share.sh in '$bulk': set VASA_BULK" >&2
    exit 3
fi
if [ "$SLURM_ARRAY_TASK_ID" = "${SLURM_ARRAY_TASK_MIN:-0}" ] && [ "${SLURM_RESTART_COUNT:-0}" -eq 0 ]; then
    mkdir -p "$jobs.results"
    sbatch --dependency="afterany:$SLURM_ARRAY_JOB_ID" --partition="$SLURM_JOB_PARTITION" \
        ${SLURM_JOB_ACCOUNT:+--account="$SLURM_JOB_ACCOUNT"} --output="$jobs.results/summary.txt" \
        "$bulk/summary.sh" "$jobs" ||
        echo "slurm_array.sh: no summary: run $bulk/summary.sh $jobs once all tasks have ended" >&2
fi
export VASA_THREADS=${VASA_THREADS:-${SLURM_CPUS_PER_TASK:-0}}
share=$((SLURM_ARRAY_TASK_ID - ${SLURM_ARRAY_TASK_MIN:-0}))
exec "$bulk/run_share.sh" "$jobs" "$share" "${SLURM_ARRAY_TASK_COUNT:-1}"
