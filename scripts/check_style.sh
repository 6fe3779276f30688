#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Style checks: formatting, shell scripts, spelling, words (scripts/banned_words.txt), licence lines,
# paths, links of documents, layers.
# Exit 1 on a finding.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
failed=0
fail() {
    echo "check_style: $*" >&2
    failed=1
}

mapfile -t sources < <(git ls-files -co --exclude-standard '*.cpp' '*.h' '*.inl' '*.cu')
mapfile -t shells < <(git ls-files -co --exclude-standard '*.sh' .ci/run)
mapfile -t prose < <(git ls-files -co --exclude-standard '*.md' '*.txt' '*.py' '*.sh' '*.cpp' '*.h')
clang-format --dry-run -Werror "${sources[@]}" || fail "run scripts/format.sh"
shellcheck "${shells[@]}" || fail "shellcheck"
codespell --ignore-words-list=ot,te,nd,fo,lod,ist,ue,hist,aks,ba,thw "${prose[@]}" || fail "codespell"
while read -r words instead; do
    if git grep -nwIE --untracked "$words" -- "${sources[@]}" "${prose[@]}" ':!scripts/banned_words.txt' ':!LICENSE'; then
        fail "banned word: write '$instead'"
    fi
done < <(sed 's/#.*//; /^[[:space:]]*$/d' scripts/banned_words.txt)
for file in "${sources[@]}" "${shells[@]}" $(git ls-files -co --exclude-standard '*.py' '*.cmake' '*CMakeLists.txt'); do
    head -n 3 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' || fail "$file: no SPDX line"
done
# Paths of one machine or of a folder beside the checkout; only CI's own file may know where data lie.
if git grep -nIE --untracked '(^|[^[:alnum:]_.])/(root|wor[k])/|[.][.]/share[d]' -- . ':!LICENSE'; then
    fail "a path that exists on one machine only"
fi
mapfile -t documents < <(git ls-files -co --exclude-standard '*.md')
python3 scripts/check_links.py "${documents[@]}" || fail "links"
python3 scripts/check_layers.py || fail "layers"
exit $failed
