#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Sets up, builds and runs all tests. Arguments go to ctest.
#
# Tests that need what this machine lacks, such as a GPU or the training data in $VASA_DATA_DIR, are
# entries of their own, which ctest lists as skipped.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh --tests
scripts/build.sh
ctest --test-dir build --output-on-failure "$@"
