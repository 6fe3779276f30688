#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Writes the README's table of the options of `vasa render` from the program's own (src/render/option_fields.cpp).
#
#   scripts/update_readme.sh [BUILD]   # folder of the build, build
set -euo pipefail
cd "$(dirname "$0")/.."
build=${1:-build}
cmake --build "$build" --target vasa_option_table >/dev/null
"$build/bin/vasa_option_table" README.md --write
