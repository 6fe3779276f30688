#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Remakes the golden images in tests/golden from the frames that the code renders now. Look at what
# 'git diff' shows of them before they are committed.
#
#   scripts/remake_goldens.sh [BUILD_FOLDER]
set -euo pipefail
cd "$(dirname "$0")/.."
build=${1:-build}
cmake --build "$build" --target vasa_remake_goldens -j "$(nproc)"
"$build/bin/vasa_remake_goldens" tests/golden
