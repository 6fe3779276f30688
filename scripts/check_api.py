#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds libvasa's surface against what is meant to be supported; exit 1 with a line a finding.

The symbols that the library exports are those listed in a file, and the headers that are installed
are vasa.h, vasa_c.h and what these include: nothing of third parties.

Usage: check_api.py --library LIB --exports FILE --include DIR --headers H... [--nm NM] [--write]
--write  writes the library's exports to FILE instead of comparing.
"""
import argparse
import pathlib
import re
import subprocess
import sys

ROOTS = ("vasa/vasa.h", "vasa/vasa_c.h")
# What a C++ or C compiler brings along: <vector>, <stdint.h>.
STANDARD = re.compile(r"^(std\w+\.h|[a-z_]+)$")


def exports(nm, library):
    """Names of the library's defined dynamic symbols, demangled."""
    text = subprocess.run([nm, "--dynamic", "--defined-only", "--demangle", library],
                          check=True, capture_output=True, text=True).stdout
    return sorted({line.split(" ", 2)[2] for line in text.splitlines()})


def included(include, name, found, problems):
    """Adds the header and what it includes of vasa to `found`."""
    if name in found:
        return
    found.add(name)
    text = (include / name).read_text()
    for quote, other in re.findall(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', text, re.MULTILINE):
        if quote == '"':
            included(include, other, found, problems)
        elif not STANDARD.match(other):
            problems.append(f"header {name} includes <{other}>")


def compare(what, expected, found):
    for name in sorted(set(found) - set(expected)):
        yield f"{what} {name}: there, but not listed"
    for name in sorted(set(expected) - set(found)):
        yield f"{what} {name}: listed, but not there"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--library", required=True)
    parser.add_argument("--exports", required=True, type=pathlib.Path)
    parser.add_argument("--include", required=True, type=pathlib.Path)
    parser.add_argument("--headers", required=True, nargs="+", type=pathlib.Path)
    parser.add_argument("--nm", default="nm")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    symbols = exports(arguments.nm, arguments.library)
    if arguments.write:
        arguments.exports.write_text("\n".join(symbols) + "\n")
        return 0
    problems = []
    needed = set()
    for root in ROOTS:
        included(arguments.include, root, needed, problems)
    installed = {str(path.relative_to(arguments.include)) for path in arguments.headers}
    problems += compare("installed header", needed, installed)
    problems += compare("symbol", arguments.exports.read_text().splitlines(), symbols)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
