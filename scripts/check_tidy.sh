#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy (.clang-tidy) on the files that changed; exit 1 on a finding.
#
#   scripts/check_tidy.sh [--all | --module NAME | --base COMMIT] [BUILD_FOLDER (build)]
#
# --all checks every file, --module every file of one module; neither is quick: where libtorch is
# included, a file takes half a minute to a minute.
#
# Without --base the base is $VASA_TIDY_BASE; without that where the branch left origin/main; on main
# itself the commit before. Uncommitted and new files count as changed. A changed header is checked
# through one source that includes it. The build folder must be configured: its compile_commands.json
# says how each source is compiled.
set -euo pipefail
cd "$(dirname "$0")/.."

all=false
module=
base=${VASA_TIDY_BASE:-}
build=build
while [ $# -gt 0 ]; do
    case "$1" in
        --all) all=true ;;
        --module)
            module=${2:?check_tidy.sh: --module needs a name}
            shift
            ;;
        --base)
            base=${2:?check_tidy.sh: --base needs a commit}
            shift
            ;;
        -*)
            echo "check_tidy.sh: unknown option '$1'" >&2
            exit 2
            ;;
        *) build=$1 ;;
    esac
    shift
done
commands=$build/compile_commands.json
if [ ! -e "$commands" ]; then
    echo "check_tidy.sh: no '$commands': configure the build first" >&2
    exit 2
fi

mapfile -t compiled < <(sed -n "s|^ *\"file\": \"$PWD/\(.*\)\",*\$|\1|p" "$commands" | sort -u)
if [ ${#compiled[@]} -eq 0 ]; then
    echo "check_tidy.sh: '$commands' names no source of $PWD" >&2
    exit 2
fi

find_base() {
    local base
    base=$(git merge-base HEAD origin/main 2>/dev/null) || base=$(git rev-parse HEAD)
    if [ "$base" = "$(git rev-parse HEAD)" ]; then
        base=$(git rev-parse --verify --quiet HEAD~1) || return 1
    fi
    echo "$base"
}

# The first source that includes a header, by the name under which others include it.
source_of() {
    local name=${1#include/}
    [ "$name" = "$1" ] && name=${1##*/}
    printf '%s\0' "${compiled[@]}" | xargs -0 grep -lE "^#include \"([^\"]*/)?$name\"" | head -n 1 || true
}

if $all; then
    chosen=("${compiled[@]}")
elif [ -n "$module" ]; then
    mapfile -t chosen < <(printf '%s\n' "${compiled[@]}" | grep -E "^(src|tests/unit)/$module/")
else
    if [ -z "$base" ] && ! base=$(find_base); then
        echo "SKIPPED: clang-tidy: no earlier commit to compare with (--base COMMIT, or --all)"
        exit 0
    fi
    mapfile -t changed < <({
        git diff --name-only --diff-filter=d "$base" -- '*.cpp' '*.h'
        git ls-files -o --exclude-standard '*.cpp' '*.h'
    } | sort -u)
    chosen=()
    for file in "${changed[@]}"; do
        if [[ $file == *.h ]]; then
            file=$(source_of "$file")
        fi
        if [ -n "$file" ] && printf '%s\n' "${compiled[@]}" | grep -qxF "$file"; then
            chosen+=("$file")
        fi
    done
    # Several changed headers may be checked through one source.
    mapfile -t chosen < <(printf '%s\n' "${chosen[@]}" | sed '/^$/d' | sort -u)
fi
if [ ${#chosen[@]} -eq 0 ]; then
    echo "clang-tidy: no changed sources"
    exit 0
fi
echo "clang-tidy: ${#chosen[@]} sources"
# app includes a header that the build writes.
if printf '%s\n' "${chosen[@]}" | grep -q '^src/app/'; then
    cmake --build "$build" --target vasa_git_revision >/dev/null
fi
# -Wno-error: the build holds gcc's warnings; clang's of the same name differ. clang-tidy counts the
# warnings that it leaves out in spite of --quiet.
printf '%s\0' "${chosen[@]}" |
    xargs -0 -n 1 -P "${VASA_TIDY_JOBS:-$(nproc)}" clang-tidy -p "$build" --quiet \
        --extra-arg=-Wno-error 2> >(grep -vE '^[0-9]+ warnings? generated\.$' >&2) || exit 1
