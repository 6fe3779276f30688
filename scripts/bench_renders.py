#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Times whole renders of one or two builds, in turn, alone and beside two busy loops.

    bench_renders.py INPUTS PROGRAM [OTHER] [--runs N] [--options "..."]

INPUTS holds portrait.jpg and speech.wav (scripts/example_inputs.sh); speech of 5 and 60 s is made of
them. With OTHER, each run of PROGRAM is followed by one of OTHER, so that both meet the same state of
the machine; ratios are medians over such pairs. With --marks, renders with and without marks are
compared so. Nothing here passes or fails.
"""
import argparse
import json
import os
import resource
import shlex
import statistics
import subprocess
import sys
import wave

BUSY_LOOPS = 2


def make_speech(folder, seconds):
    """The example's sentence, repeated."""
    path = f"{folder}/speech{seconds}.wav"
    with wave.open(f"{folder}/speech.wav") as source:
        rate, data = source.getframerate(), source.readframes(source.getnframes())
    size = seconds * rate * 2
    with wave.open(path, "wb") as out:
        out.setnchannels(1), out.setsampwidth(2), out.setframerate(rate)
        out.writeframes((data * (size // len(data) + 1))[:size])
    return path


def render(program, folder, seconds, options):
    """Result of one render, with the processor time of its process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [program, "--json", "--quiet", "render", "--image", f"{folder}/portrait.jpg",
         "--audio", f"{folder}/speech{seconds}.wav", "--out", f"{folder}/clip.mp4", "--force"]
        + options, stdout=subprocess.PIPE, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = json.loads(done.stdout)
    result["cpu_s"] = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return result


class BusyLoops:
    """Programs that use all the processor time they get, as long as the object's scope lasts."""

    def __enter__(self):
        self.loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"])
                      for _ in range(BUSY_LOOPS)]

    def __exit__(self, *error):
        for loop in self.loops:
            loop.kill()
            loop.wait()


def machine():
    model = "unknown processor"
    with open("/proc/cpuinfo") as info:
        for line in info:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    load = os.getloadavg()[0]
    return f"{model}, {len(os.sched_getaffinity(0))} cores, load before: {load:.1f}"


def median(values):
    return statistics.median(values)


def compare(programs, folder, runs, options, label):
    """Prints medians of 60 s renders; returns the first program's frame rate."""
    results = {program: [] for program in programs}
    for _ in range(runs):
        for program in programs:
            results[program].append(render(program, folder, 60, options))
    for program in programs:
        own = results[program]
        print(f"{label}, {program}: {median(r['fps'] for r in own):.1f} fps "
              f"({min(r['fps'] for r in own):.1f} to {max(r['fps'] for r in own):.1f}), "
              f"first frame after {median(r['seconds']['first_frame'] for r in own):.2f} s, "
              f"{median(r['cpu_s'] for r in own):.1f} s of processor time, "
              f"peak memory {median(r['peak_memory_bytes'] for r in own) / 1e6:.0f} MB")
    if len(programs) == 2:
        pairs = list(zip(results[programs[0]], results[programs[1]]))
        print(f"{label}, ratio of the first to the second: "
              f"frame rate {median(a['fps'] / b['fps'] for a, b in pairs):.2f}, "
              f"processor time {median(a['cpu_s'] / b['cpu_s'] for a, b in pairs):.2f}")
    return [median(r["fps"] for r in results[program]) for program in programs]


def compare_marks(program, folder, runs, options):
    """Prints what marks cost: medians over pairs of 20 s renders with and without them."""
    pairs = []
    for _ in range(runs):
        pairs.append((render(program, folder, 20, options),
                      render(program, folder, 20, options + ["--no-marks", "--i-understand"])))
    print(f"marks, {runs} pairs of 20 s: processor time "
          f"{median(a['cpu_s'] / b['cpu_s'] for a, b in pairs):.3f} of that without, "
          f"frame rate {median(a['fps'] / b['fps'] for a, b in pairs):.3f}; "
          f"processor time {median(a['cpu_s'] for a, _ in pairs):.1f} and "
          f"{median(b['cpu_s'] for _, b in pairs):.1f} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("inputs")
    parser.add_argument("programs", nargs="+")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--marks", action="store_true", help="measure what marks cost instead")
    parser.add_argument("--options", default="", help="further options of vasa render")
    arguments = parser.parse_args()
    folder, options = arguments.inputs, shlex.split(arguments.options)
    programs = [os.path.abspath(program) for program in arguments.programs]
    for seconds in (5, 20, 60):
        make_speech(folder, seconds)
    print(machine())
    if arguments.marks:
        compare_marks(programs[0], folder, arguments.runs, options)
        return
    alone = compare(programs, folder, arguments.runs, options, "60 s")
    with BusyLoops():
        beside = compare(programs, folder, arguments.runs, options,
                         f"60 s beside {BUSY_LOOPS} busy loops")
    for k, program in enumerate(programs):
        print(f"{program}: beside the loops {beside[k] / alone[k]:.2f} of the rate alone")
        short = render(program, folder, 5, options)
        long = render(program, folder, 60, options)
        print(f"{program}: 5 s at {short['fps']:.1f} fps, peak memory of 60 s / of 5 s "
              f"{long['peak_memory_bytes'] / short['peak_memory_bytes']:.2f}")


if __name__ == "__main__":
    main()
