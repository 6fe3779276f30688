#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints a list of render jobs (JSON lines): every portrait of a folder with every sound of another.
#
#   scripts/bulk/make_jobs.sh PORTRAITS SPEECH OUT [name=value ...] >jobs.jsonl
#
# The clips will be OUT/<portrait>_<sound>.mp4; the folder is made. Further arguments are options of
# `vasa render` without the dashes, the same for every job: "driver=rules" "emotion=happy". Files of
# unknown endings are passed over. Exit 1 where a folder holds no picture or no sound, or two jobs
# would write one file.
set -euo pipefail

if [ $# -lt 3 ]; then
    sed -n '3,10s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
exec python3 - "$@" <<'PYTHON'
import json
import os
import sys

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff")
SOUNDS = (".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a", ".aac", ".aif", ".aiff")


def fail(text):
    sys.exit("make_jobs: " + text)


def files(folder, endings):
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        fail(f"'{folder}': {error.strerror}")
    found = [name for name in names if name.lower().endswith(endings)]
    if not found:
        fail(f"'{folder}' holds none of {' '.join(endings)}")
    for name in found:
        if not name.isprintable():  # bytes that are not UTF-8 are not printable either
            fail(f"'{folder}': a list cannot hold the name {ascii(name)}")
    return [os.path.abspath(os.path.join(folder, name)) for name in found]


def stem(path):
    return os.path.splitext(os.path.basename(path))[0]


portraits, sounds, out = sys.argv[1:4]
options = {}
for argument in sys.argv[4:]:
    name, equals, value = argument.partition("=")
    if not equals or not name:
        fail(f"'{argument}' is not name=value")
    options[name] = value
lines, outputs = [], {}
for image in files(portraits, PICTURES):
    for audio in files(sounds, SOUNDS):
        clip = os.path.abspath(os.path.join(out, f"{stem(image)}_{stem(audio)}.mp4"))
        if clip in outputs:
            fail(f"'{image}' with '{audio}' and {outputs[clip]} would both be '{clip}'")
        outputs[clip] = f"'{image}' with '{audio}'"
        lines.append(json.dumps({"image": image, "audio": audio, "out": clip, **options}))
try:
    os.makedirs(out, exist_ok=True)
except OSError as error:
    fail(f"'{out}': {error.strerror}")
print("\n".join(lines))
PYTHON
