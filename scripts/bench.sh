#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints speed and memory of the program on this machine (build first). Nothing here passes or fails.
set -euo pipefail
cd "$(dirname "$0")/.."

inputs=$(scripts/example_inputs.sh build/examples)
grep -m 1 'model name' /proc/cpuinfo
build/bin/vasa_bench "$inputs/portrait.jpg" models
build/bin/vasa_motion_bench models auto

python3 - "$inputs" <<'PYTHON'
import sys, wave
# 5 s and 60 s of speech: the example's sentence, repeated.
with wave.open(sys.argv[1] + "/speech.wav") as w:
    rate, data = w.getframerate(), w.readframes(w.getnframes())
for seconds in (5, 60):
    size = seconds * rate * 2
    with wave.open(f"{sys.argv[1]}/speech{seconds}.wav", "wb") as out:
        out.setnchannels(1), out.setsampwidth(2), out.setframerate(rate)
        out.writeframes((data * (size // len(data) + 1))[:size])
PYTHON
for seconds in 5 60; do
    build/bin/vasa --json --quiet render --image "$inputs/portrait.jpg" \
        --audio "$inputs/speech$seconds.wav" --out "$inputs/clip$seconds.mp4" --force \
        >"$inputs/result$seconds.json"
done
python3 - "$inputs" <<'PYTHON'
import json, sys
results = {s: json.load(open(f"{sys.argv[1]}/result{s}.json")) for s in (5, 60)}
for s, r in results.items():
    print(f"render {s:2d} s at 25 fps, preset veryfast: {r['fps']:.1f} fps, "
          f"first frame after {r['seconds']['first_frame']:.2f} s, "
          f"peak memory {r['peak_memory_bytes'] / 1e6:.0f} MB")
ratio = results[60]["peak_memory_bytes"] / results[5]["peak_memory_bytes"]
print(f"peak memory of 60 s / of 5 s: {ratio:.2f}")
PYTHON
