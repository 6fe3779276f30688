#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Sets up, builds and runs all tests. Arguments go to ctest.
#
# Tests that need the training data look for it in $VASA_DATA_DIR and say so where it is not set.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh
scripts/build.sh
ctest --test-dir build --output-on-failure "$@"
