#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the relative links of Markdown files: the file is there and in git, and has the heading.

Usage: check_links.py FILE.md...; exit 1 with a line for each dead link. Links to the web are not
looked at.
"""
import pathlib
import re
import sys

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")


def without_code(text):
    text = re.sub(r"^(```|~~~).*?^\1", "", text, flags=re.M | re.S)
    return re.sub(r"`[^`\n]*`", "", text)


def anchor(heading):
    """GitHub's name for a heading."""
    heading = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def anchors(text):
    names = []
    for heading in re.findall(r"^#{1,6}\s+(.*?)\s*#*$", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), re.M):
        name = anchor(heading)
        names.append(name if name not in names else f"{name}-{names.count(name)}")
    return names


def dead_links(path, text, read):
    """Yields a message for each dead link; read(path) gives a file's text or None."""
    for target in LINK.findall(without_code(text)):
        if re.match(r"[a-z]+:", target):
            continue
        place, _, name = target.partition("#")
        file = (path.parent / place) if place else path
        found = text if not place else read(file)
        if found is None:
            yield f"{path}: link to '{target}': no such file"
        elif name and name not in anchors(found):
            yield f"{path}: link to '{target}': no such heading"


def read_file(path):
    if path.is_dir():
        return ""
    return path.read_text(errors="replace") if path.is_file() else None


def self_test():
    files = {pathlib.Path("b.md"): "# One `two`, three\n"}
    good = "[x](b.md) [y](b.md#one-two-three) [z](https://a.b/c) `[n](none.md)` [s](#top)\n# Top\n"
    assert not list(dead_links(pathlib.Path("a.md"), good, files.get))
    for bad in ("[x](none.md)", "[x](b.md#two)", "[x](#none)"):
        assert list(dead_links(pathlib.Path("a.md"), bad, files.get)), f"not caught: {bad}"


def main():
    self_test()
    found = []
    for name in sys.argv[1:]:
        path = pathlib.Path(name)
        found += dead_links(path, path.read_text(), read_file)
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
