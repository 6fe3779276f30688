#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds every #include "vasa/<module>/..." against the layers: a module includes only lower ones.

Usage: check_layers.py [ROOT]; exit 1 with a line for each violation.
"""
import pathlib
import re
import sys

LAYERS = {
    "core": 0,
    "models": 1, "media": 1,
    "head": 2, "marks": 2, "tensor": 2, "vision": 2,
    "speech": 3, "motion": 3, "decode": 3, "face": 3, "detect": 3, "provenance": 3,
    "drive": 4, "sync": 4, "pairs": 4,
    "render": 5, "train": 5, "eval": 5,
    "report": 6,
    "app": 7, "api": 7,
}
# Third-party headers that would break a module's promise to build without them.
NO_MEDIA = {"core", "models", "head", "tensor", "speech", "motion", "decode", "drive", "sync", "pairs"}
FORBIDDEN = {
    r"<opencv2/": NO_MEDIA | {"marks", "api"},
    r"<(torch|ATen|c10)/": {"core", "models", "media", "head", "marks", "vision", "motion", "face", "pairs", "provenance", "detect", "api"},
    r"<libav|<sndfile": NO_MEDIA | {"marks", "vision", "api"},
    r"<CLI/": set(LAYERS) - {"app"},
    r"<nlohmann/": {"api"},
}


def violations(files):
    """Yields messages for (module, name, text) triples."""
    for module, name, text in files:
        if module not in LAYERS:
            yield f"{name}: module '{module}' has no layer"
            continue
        for other in re.findall(r'#include "vasa/(\w+)/', text):
            if other != module and LAYERS.get(other, 99) >= LAYERS[module]:
                yield f"{name}: {module} (layer {LAYERS[module]}) includes {other}"
        for pattern, modules in FORBIDDEN.items():
            if module in modules and re.search(r"#include " + pattern, text):
                yield f"{name}: {module} includes {pattern}"


def sources(root):
    # The headers beside the modules' folders are the library's interface.
    for path in sorted((root / "include/vasa").glob("*.h")):
        yield "api", str(path.relative_to(root)), path.read_text()
    for folder in ("src", "include/vasa"):
        for path in sorted((root / folder).glob("*/**/*")):
            if path.suffix in (".h", ".cpp", ".inl", ".cu"):
                module = path.relative_to(root / folder).parts[0]
                yield module, str(path.relative_to(root)), path.read_text()


def self_test():
    bad = [
        ("core", "a", '#include "vasa/media/image_file.h"'),
        ("head", "b", '#include "vasa/vision/face_detector.h"'),
        ("render", "c", '#include "vasa/eval/x.h"'),
        ("decode", "d", "#include <opencv2/core.hpp>"),
        ("nowhere", "e", ""),
        ("api", "g", "#include <nlohmann/json.hpp>"),
        ("api", "h", '#include "vasa/app/x.h"'),
    ]
    for case in bad:
        assert list(violations([case])), f"not caught: {case}"
    good = [("face", "f", '#include "vasa/head/pose.h"\n#include <opencv2/core.hpp>')]
    assert not list(violations(good))


def main():
    self_test()
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    found = list(violations(sources(root)))
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
