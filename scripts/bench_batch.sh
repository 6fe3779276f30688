#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints what `vasa batch` saves and costs on this machine (build first). Nothing here passes or
# fails.
#
#   scripts/bench_batch.sh [JOBS [RECORDS]]
#
# JOBS (10) clips of 5 s, default options, of two portraits: as one batch against as many runs of
# `vasa render`, in turns. RECORDS (10000): finished jobs that --resume passes over, of 100 portraits
# × RECORDS/100 sounds; unchanged, and with all inputs touched, so that their hashes decide.
set -euo pipefail
cd "$(dirname "$0")/.."

num_jobs=${1:-10}
num_records=${2:-10000}
vasa=$PWD/build/bin/vasa
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
scripts/example_inputs.sh "$folder" >/dev/null
grep -m 1 'model name' /proc/cpuinfo
echo "$(nproc) cores, load average $(cut -d' ' -f1 /proc/loadavg)"

python3 - "$vasa" "$folder" "$num_jobs" "$num_records" <<'PYTHON'
import json, os, resource, shutil, subprocess, sys, time, wave

vasa, folder, num_jobs, num_records = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
at = lambda name: os.path.join(folder, name)


def cut_speech(seconds, name):
    """The example's sentence, repeated."""
    with wave.open(at("speech.wav")) as sound:
        params, data = sound.getparams(), sound.readframes(sound.getnframes())
    size = int(seconds * params.framerate) * params.sampwidth
    with wave.open(at(name), "wb") as out:
        out.setparams(params)
        out.writeframes((data * (size // len(data) + 1))[:size])


def run(*arguments):
    """Seconds by the clock and of processors."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([vasa, "--quiet", *arguments], check=True, stdout=subprocess.DEVNULL)
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def write_list(name, jobs):
    with open(at(name), "w") as out:
        out.writelines(json.dumps(job) + "\n" for job in jobs)


def bench_jobs():
    cut_speech(5, "five.wav")
    shutil.copy(at("portrait.jpg"), at("second.jpg"))
    with open(at("second.jpg"), "ab") as picture:
        picture.write(b"\0")  # the same picture in a file of other bytes: a portrait of its own
    jobs = [
        {"image": at(("portrait.jpg", "second.jpg")[i % 2]), "audio": at("five.wav"),
         "out": at(f"clip{i}.mp4"), "seed": i, "force": True}
        for i in range(num_jobs)
    ]
    write_list("jobs.jsonl", jobs)
    single = [0.0, 0.0]

    def run_single(some):
        for job in some:
            options = [word for name, value in job.items() if name != "force"
                       for word in ("--" + name, str(value))]
            for i, seconds in enumerate(run("render", "--force", *options)):
                single[i] += seconds

    # In turns: what else the machine does should hit all alike.
    run_single(jobs[::2])
    batch = run("batch", at("jobs.jsonl"))
    run_single(jobs[1::2])
    two = run("batch", "--jobs", "2", at("jobs.jsonl"))
    for name, (wall, cpu) in (("separate renders", single), ("batch", batch), ("batch --jobs 2", two)):
        print(f"{num_jobs} clips of 5 s, {name}: {wall:.1f} s, {cpu:.1f} s of processors; "
              f"ratio {wall / single[0]:.3f}, of processors {cpu / single[1]:.3f}")


def bench_records():
    cut_speech(0.2, "short.wav")
    for name in ("portraits", "speech", "clips"):
        os.mkdir(at(name))
    options = {"driver": "rules", "decoder": "geometry", "seed": 1}
    write_list("one.jsonl", [{"image": at("portrait.jpg"), "audio": at("short.wav"),
                              "out": at("one.mp4"), **options}])
    run("batch", at("one.jsonl"))
    # Copies with their times: each is what rendering it would have left, hashes and all.
    num_portraits = min(100, num_records)
    for i in range(num_portraits):
        shutil.copy2(at("portrait.jpg"), at(f"portraits/{i}.jpg"))
    for i in range((num_records + num_portraits - 1) // num_portraits):
        shutil.copy2(at("short.wav"), at(f"speech/{i}.wav"))
    jobs = []
    for i in range(num_records):
        out = at(f"clips/{i}.mp4")
        shutil.copy2(at("one.mp4"), out)
        shutil.copy2(at("one.mp4.job.json"), out + ".job.json")
        jobs.append({"image": at(f"portraits/{i % num_portraits}.jpg"),
                     "audio": at(f"speech/{i // num_portraits}.wav"), "out": out, **options})
    write_list("many.jsonl", jobs)

    def resume(what):
        start = time.monotonic()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        lines = subprocess.run([vasa, "--quiet", "batch", "--resume", at("many.jsonl")], check=True,
                               stdout=subprocess.PIPE, text=True).stdout.splitlines()
        wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        num_skipped = sum('"state":"skipped"' in line for line in lines)
        print(f"--resume over {num_records} finished jobs, {what}: {num_skipped} skipped in "
              f"{wall:.2f} s, {cpu:.2f} s of processors")

    resume("unchanged")
    for place in ("portraits", "speech"):
        for name in os.listdir(at(place)):
            os.utime(at(f"{place}/{name}"))
    resume("inputs touched")
    for i in range(num_records):
        os.utime(at(f"clips/{i}.mp4"))
    resume("clips touched, too")


bench_records()
bench_jobs()
PYTHON
