#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what the build needs: Debian packages, the libtorch wheel and the C2PA library. Safe to run
# again. Without the C2PA library everything builds and runs, but clips are not signed.
#
#   scripts/setup.sh [--cpu | --cuda] [--tests] [--checks]
#
# --cpu     libtorch with what it needs on the CPU only (default without a GPU)
# --cuda    libtorch with all CUDA libraries, and nvcc for the GPU's kernels (default where
#           nvidia-smi finds a GPU)
#           Without either, what is installed already stays.
# --tests   also the packages that only tests need (scripts/test.sh)
# --checks  also those, and the packages that only checks need (.ci/run)
set -euo pipefail
cd "$(dirname "$0")/.."

torch_version=2.11.0
c2pa_version=0.38.1
flavour=auto
lists=(scripts/packages.txt)
for argument in "$@"; do
    case "$argument" in
        --cpu) flavour=cpu ;;
        --cuda) flavour=cuda ;;
        --tests) lists+=(scripts/packages-tests.txt) ;;
        --checks) lists+=(scripts/packages-tests.txt scripts/packages-checks.txt) ;;
        *)
            echo "setup.sh: unknown option '$argument'" >&2
            exit 2
            ;;
    esac
done
if [ "$flavour" = auto ]; then
    flavour=cpu
    # What was chosen before stays, or the next script would undo --cpu and --cuda.
    if [ -e ".deps/torch-$torch_version-cuda" ]; then
        flavour=cuda
    elif [ ! -e ".deps/torch-$torch_version-cpu" ] && command -v nvidia-smi >/dev/null &&
        nvidia-smi -L 2>/dev/null | grep -q GPU; then
        flavour=cuda
    fi
fi

missing=()
while read -r package; do
    if ! dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed; then
        missing+=("$package")
    fi
done < <(sed 's/#.*//; s/[[:space:]]*$//; /^$/d' "${lists[@]}")
if [ ${#missing[@]} -gt 0 ]; then
    as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        as_root=(sudo env DEBIAN_FRONTEND=noninteractive)
    fi
    echo "setup: installing ${missing[*]}" >&2
    export DEBIAN_FRONTEND=noninteractive
    "${as_root[@]}" apt-get update -q
    "${as_root[@]}" apt-get install -q -y --no-install-recommends "${missing[@]}"
fi

python=python3
if ! $python -m pip --version >/dev/null 2>&1; then
    python=/usr/bin/python3
fi
pip_install=("$python" -m pip install --quiet --no-cache-dir --disable-pip-version-check
    --root-user-action=ignore)

target=.deps/python
stamp=.deps/torch-$torch_version-$flavour
if [ ! -e "$stamp" ] || [ ! -e "$target/torch/lib/libtorch_cpu.so" ] ||
    { [ "$flavour" = cuda ] && [ ! -e "$target/nvidia/cu13/bin/nvcc" ]; }; then
    echo "setup: installing torch $torch_version ($flavour) into $target" >&2
    rm -rf "$target" .deps/torch-*
    mkdir -p .deps
    pip=("${pip_install[@]}" --target "$target")
    if [ "$flavour" = cuda ]; then
        "${pip[@]}" "torch==$torch_version" nvidia-cuda-nvcc==13.0.88 nvidia-nvvm==13.0.88 \
            nvidia-cuda-crt==13.0.88 nvidia-cuda-cccl==13.0.85
    else
        "${pip[@]}" --no-deps "torch==$torch_version" nvidia-cuda-runtime==13.0.96 \
            nvidia-cuda-cupti==13.0.85
    fi
    touch "$stamp"
fi

# libc2pa_c.so, the C interface of c2pa-rs, is a part of the Python package.
c2pa=.deps/c2pa
c2pa_stamp=$c2pa/version-$c2pa_version
if [ ! -e "$c2pa_stamp" ] || [ ! -e "$c2pa/libc2pa_c.so" ]; then
    echo "setup: installing the C2PA library of c2pa-python $c2pa_version into $c2pa" >&2
    rm -rf "$c2pa" "$c2pa.part"
    if "${pip_install[@]}" --no-deps --target "$c2pa.part" "c2pa-python==$c2pa_version"; then
        mkdir -p "$c2pa"
        mv "$c2pa.part/c2pa/libs/libc2pa_c.so" "$c2pa.part/c2pa_python-$c2pa_version.dist-info/METADATA" "$c2pa"
        touch "$c2pa_stamp"
    else
        echo "setup: no C2PA library: clips will not be signed; run scripts/setup.sh again to retry" >&2
    fi
    rm -rf "$c2pa.part"
fi
