# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Sourced by scripts that measure: how they choose sound files.

held_back_names=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/models/held_back_speech.txt

# spread FOLDER COUNT [held-back]: sound files of a folder, spread over its names; held-back ones
# with an alignment.
spread() {
    find "$1/" -maxdepth 1 \( -name '*.mp3' -o -name '*.opus' -o -name '*.wav' -o -name '*.flac' \
        -o -name '*.mp4' \) | LC_ALL=C sort | if [ "${3:-}" = held-back ]; then
        grep -F -f <(grep -v '^#' "$held_back_names" | sed 's|.*|/&.|') | while read -r file; do
            [ ! -f "${file%.*}.phones" ] || echo "$file"
        done
    else
        cat
    fi | awk -v n="$2" '{ line[NR] = $0 } END {
        for (i = 0; i < n && i < NR; ++i) print line[1 + int(i * (NR > n ? NR / n : 1))] }'
}
