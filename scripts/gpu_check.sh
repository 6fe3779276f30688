#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Everything that only a machine with an NVIDIA GPU can check, in under 12 minutes on 16 cores: builds the
# compute preset with the GPU's kernels, runs the GPU's tests (a skipped one fails), compares 24 frames of
# three portraits with the CPU's, and prints a table of speeds at batch 1, 4 and 16. Needs neither OpenCV
# nor libav, and no network where libtorch is there.
#
#   scripts/gpu_check.sh [--dry-run] [--kernels-on-cpu] [FACE.safetensors...]
#
# FACE              face codes of `vasa encode`; three synthetic faces without any
# --dry-run         prints the commands instead
# --kernels-on-cpu  runs every step without a GPU: kernels as loops on the CPU, few frames
#
# libtorch is that of scripts/setup.sh --cuda, or else of python3. What is printed also goes to
# $OUT/gpu_check.log if OUT is set. Exit code 1 if a step fails.
set -euo pipefail
cd "$(dirname "$0")/.."

dry_run=
kernels_on_cpu=
faces=()
while [ $# -gt 0 ]; do
    case "$1" in
        --dry-run) dry_run=1 ;;
        --kernels-on-cpu) kernels_on_cpu=1 ;;
        --*)
            echo "gpu_check: error: unknown option '$1'" >&2
            exit 2
            ;;
        *) faces+=("$1") ;;
    esac
    shift
done
if [ -n "${OUT:-}" ] && [ -z "$dry_run" ]; then
    mkdir -p "$OUT"
    exec > >(tee "$OUT/gpu_check.log") 2>&1
fi

fail() {
    echo "gpu_check: error: $1" >&2
    exit 1
}
run() {
    local code=0
    echo "+ $*"
    if [ -z "$dry_run" ]; then
        "$@" || code=$?
    fi
    # 77: something was skipped.
    [ "$code" = 0 ] || fail "'$1' ended with exit code $code"
}
stage() {
    echo "== $1 (after $SECONDS s)"
}
# Runs a command; prints what it says only where it fails.
quietly() {
    echo "+ $*"
    mkdir -p build-compute
    if [ -z "$dry_run" ] && ! "$@" >build-compute/gpu_check.log 2>&1; then
        tail -n 60 build-compute/gpu_check.log
        fail "'$1' failed"
    fi
}

jobs=$(nproc)
stage "machine"
architecture=80
if [ -n "$kernels_on_cpu" ]; then
    device=(--device kernels)
    cuda=(-DVASA_WITH_CUDA=OFF)
    frames=2
    timed=4
else
    device=(--device cuda:0)
    frames=24
    timed=512
    if [ -z "$dry_run" ]; then
        command -v nvidia-smi >/dev/null || fail "no GPU: nvidia-smi is not there"
        nvidia-smi -L 2>/dev/null | grep -q '^GPU' || fail "no GPU: nvidia-smi lists none"
        nvidia-smi --query-gpu=name,driver_version,memory.total,compute_cap --format=csv,noheader
        # One architecture builds in a quarter of the time of all.
        architecture=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader | head -n 1 | tr -d '. ')
        [[ "$architecture" =~ ^[0-9]+$ ]] || fail "the GPU's compute capability is '$architecture', expected a number"
        [ "$architecture" -ge 80 ] || fail "the GPU's compute capability is ${architecture%?}.${architecture: -1}, expected 8.0 or more"
    fi
    cuda=(-DVASA_WITH_CUDA=ON "-DVASA_CUDA_ARCHITECTURES=$architecture-real")
fi
torch=.deps/python
if [ ! -e "$torch/torch/lib/libtorch_cpu.so" ]; then
    torch=$(python3 -c 'import pathlib, torch; print(pathlib.Path(torch.__file__).parent.parent)' 2>/dev/null) ||
        fail "no libtorch: scripts/setup.sh --cuda installs it"
fi
echo "$jobs processors, libtorch in $torch"

stage "build"
quietly cmake --preset compute "-DVASA_TORCH_DIR=$(realpath "$torch")" "${cuda[@]}"
quietly cmake --build build-compute -j "$jobs" --target vasa_decode_test vasa_tensor_test vasa_cuda_bench

stage "tests"
# Not those that need a machine without a driver, or data.
tests="~[no-driver]~[data]~[root]"
if [ -n "$kernels_on_cpu" ]; then
    tests="$tests~[gpu]"
else
    export VASA_REQUIRE_GPU=1
fi
run build-compute/bin/vasa_tensor_test "$tests"
run build-compute/bin/vasa_decode_test "$tests"

stage "frames, compared with the CPU's"
run build-compute/bin/vasa_cuda_bench models "${faces[@]}" "${device[@]}" --compare "$frames"

stage "speed"
run build-compute/bin/vasa_cuda_bench models "${faces[@]}" "${device[@]}" --frames "$timed" --batches 1,4,16
if [ -z "$dry_run" ]; then
    stage "all passed"
fi
