#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures `vasa live` from outside: what goes into its pipe, what comes out, and when.

    bench_live.py INPUTS PROGRAM [--models DIR] [--bursts N] [--minutes N] [--busy N] [-- OPTIONS...]

INPUTS holds portrait.jpg and speech.wav (scripts/example_inputs.sh). A vowel is cut from the speech.
It is written to the pipe at moments that have nothing to do with the frames, with silence between,
as a microphone would: 10 ms of sound every 10 ms. Frames are stamped when their last byte is read.
The frame that a vowel moves is found in the pictures: the first one whose mouth differs from the
frames before by more than a quarter of what the vowel opens it. A second stream with the same speech,
paced by its input, tells how many frames after its sound the same mouth opens for the same detector:
"visible" latency is until the open mouth is read, "moment" latency until the frame of the sound's own
moment is, which is visible latency less that offset. Nothing here passes or fails.
"""
import argparse
import array
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import wave

RATE = 16000
FPS = 25
CHUNK = RATE // 100
SIDE = 512
FRAME_BYTES = SIDE * SIDE * 3 // 2
BURST_S = 0.25
NUM_PIXELS = 400  # of the mouth


def read_speech(path):
    """Samples at 16 kHz mono, as flite writes them."""
    with wave.open(path) as source:
        if (source.getframerate(), source.getnchannels()) != (RATE, 1):
            sys.exit(f"{path}: expected {RATE} Hz mono")
        return array.array("h", source.readframes(source.getnframes()))


def cut_vowel(speech):
    """The loudest quarter of a second, with a sharp beginning and a soft end."""
    size = int(BURST_S * RATE)
    begin = max(range(0, len(speech) - size, CHUNK),
                key=lambda i: sum(abs(s) for s in speech[i:i + size:7]))
    vowel = speech[begin:begin + size]
    for i in range(size):
        fade = min(1.0, (i + 1) / 80, (size - i) / 800)
        vowel[i] = int(vowel[i] * fade)
    return vowel


class Stream:
    """`vasa live` with threads that write its speech and read its frames."""

    def __init__(self, args, extra, reads_frames=True):
        self.folder = tempfile.mkdtemp(prefix="vasa-bench-")
        control_read, self.control = os.pipe()
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [args.program, "live", "--json", "--models", args.models, "--control-fd",
             str(control_read), *extra, *args.options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            pass_fds=[control_read], bufsize=0)
        os.close(control_read)
        self.times, self.mouths, self.pixels, self.grids = [], [], None, []
        self.events, self.is_ended = [], threading.Event()
        self.threads = [threading.Thread(target=self.read_events)]
        if reads_frames:
            self.threads.append(threading.Thread(target=self.read_frames))
        for thread in self.threads:
            thread.start()

    def read_events(self):
        for line in self.process.stderr:
            if line.startswith(b"{"):
                self.events.append((time.monotonic(), json.loads(line)))
            elif b"error" in line:
                print(line.decode().strip(), file=sys.stderr)

    def read_exactly(self, size):
        data = bytearray()
        while len(data) < size:
            block = self.process.stdout.read(size - len(data))
            if not block:
                return None
            data += block
        return data

    def read_frames(self):
        while self.process.stdout.read(1) not in (b"\n", b""):
            pass
        while (frame := self.read_exactly(6 + FRAME_BYTES)) is not None:
            self.times.append(time.monotonic())
            if self.pixels is None:
                self.grids.append(frame[6:6 + SIDE * SIDE:5])
            else:
                self.mouths.append([frame[6 + i] for i in self.pixels])
        self.is_ended.set()

    def event(self, name, patience_s=60):
        end = time.monotonic() + patience_s
        while time.monotonic() < end and self.process.poll() is None:
            for when, event in list(self.events):
                if event["event"] == name:
                    return when, event
            time.sleep(0.005)
        return next(((w, e) for w, e in self.events if e["event"] == name), (None, None))

    def send(self, **controls):
        os.write(self.control, (json.dumps(controls) + "\n").encode())
        return time.monotonic()

    def speak(self, sound, marks=()):
        """Writes sound at its own pace. Returns when the samples of `marks` were written."""
        begin, written = time.monotonic(), []
        for i in range(0, len(sound), CHUNK):
            time.sleep(max(0.0, begin + (i + CHUNK) / RATE - time.monotonic()))
            self.process.stdin.write(sound[i:i + CHUNK].tobytes())
            written += [time.monotonic() for mark in marks if i <= mark < i + CHUNK]
        return written

    def finish(self):
        self.process.stdin.close()
        self.process.wait()
        for thread in self.threads:
            thread.join()
        os.close(self.control)
        shutil.rmtree(self.folder)
        return next((event for _, event in self.events if event["event"] == "end"), {})


def make_bursts(vowel, count, seed):
    """Silence with vowels at random moments. Returns the sound and the vowels' first samples."""
    rng, sound, marks = random.Random(seed), array.array("h", bytes(2 * RATE)), []
    for _ in range(count):
        marks.append(len(sound))
        sound += vowel
        sound += array.array("h", bytes(2 * int(RATE * rng.uniform(1.0, 1.4))))
    return sound, marks


def find_pixels(grids, frames):
    """Pixels that differ most between vowels (first frames given) and before, as indices into the
    luma: those of the mouth, since lids and head move at other times too."""
    open_mouths = [grids[f + k] for f in frames for k in range(2, 6) if f + k < len(grids)]
    shut_mouths = [grids[f - k] for f in frames for k in range(3, 9) if f >= k]
    differences = []
    for i in range(len(grids[0])):
        opened = sum(grid[i] for grid in open_mouths) / len(open_mouths)
        shut = sum(grid[i] for grid in shut_mouths) / len(shut_mouths)
        differences.append((abs(opened - shut), 5 * i))
    return [place for _, place in sorted(differences, reverse=True)[:NUM_PIXELS]]


def opening(mouths, index):
    """How far the mouth of a frame is from that of the frames 8 to 3 before."""
    before = mouths[max(index - 8, 0):max(index - 2, 1)]
    return sum(abs(value - sum(b[k] for b in before) / len(before))
               for k, value in enumerate(mouths[index])) / len(mouths[index])


def find_onset(mouths, first, last, threshold):
    return next((i for i in range(max(first, 9), min(last, len(mouths)))
                 if opening(mouths, i) > threshold), None)


def calibrate(args, inputs, vowel):
    """The mouth's pixels, the threshold, and the offset from a vowel's frame to its open mouth."""
    sound, marks = make_bursts(vowel, 6, 1)
    portrait = ["--image", f"{inputs}/portrait.jpg", "--pace", "input"]
    frames = [mark * FPS // RATE for mark in marks]
    pixels = None
    for _ in range(2):
        stream = Stream(args, portrait)
        stream.pixels = pixels
        feeder = threading.Thread(target=lambda s=stream: s.process.stdin.write(sound.tobytes()))
        feeder.start()
        feeder.join()
        stream.finish()
        if pixels is None:
            pixels = find_pixels(stream.grids, frames)
    mouths = stream.mouths
    peaks = [max(opening(mouths, i) for i in range(f, min(f + 8, len(mouths)))) for f in frames]
    threshold = statistics.median(peaks) / 4
    offsets = [onset - mark * FPS / RATE for mark, frame in zip(marks, frames)
               if (onset := find_onset(mouths, frame - 4, frame + 15, threshold)) is not None]
    print(f"detector: mouth opens {statistics.median(offsets):.1f} frames after its sound "
          f"({min(offsets):.1f} to {max(offsets):.1f}), with the speech known in advance")
    return pixels, threshold, statistics.median(offsets) / FPS


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


def show(name, values):
    print(f"{name}: median {1000 * statistics.median(values):.0f} ms, 99 % "
          f"{1000 * percentile(values, 0.99):.0f} ms, {1000 * min(values):.0f} to "
          f"{1000 * max(values):.0f} ms, of {len(values)}")


def measure_latency(args, inputs, vowel):
    pixels, threshold, offset_s = calibrate(args, inputs, vowel)
    stream = Stream(args, ["--image", f"{inputs}/portrait.jpg"])
    stream.pixels = pixels
    stream.event("first_frame")
    sound, marks = make_bursts(vowel, args.bursts, 2)
    written = stream.speak(sound, marks)
    end = stream.finish()
    visible = []
    for moment in written:
        first = next((i for i, t in enumerate(stream.times) if t > moment), len(stream.times))
        onset = find_onset(stream.mouths, first, first + 25, threshold)
        if onset is not None:
            visible.append(stream.times[onset] - moment)
    print(f"vowels written {len(written)}, seen {len(visible)}; frames {end.get('frames')}, "
          f"skipped {end.get('skipped')}, dropped {end.get('dropped')}")
    if visible:
        show("sample to visible frame", visible)
        show("sample to frame of its moment", [v - offset_s for v in visible])
    own = end.get("latency_s", {})
    print(f"as the program counts, first sample of a frame to its last byte: median "
          f"{1000 * own.get('p50', 0):.0f} ms, 99 % {1000 * own.get('p99', 0):.0f} ms; motion "
          f"{1000 * end.get('motion_cost_s', 0):.1f} ms a hop, picture "
          f"{1000 * end.get('picture_cost_s', 0):.1f} ms a frame")


def measure_start(args, inputs):
    cold, warm = [], []
    for _ in range(args.starts):
        stream = Stream(args, ["--image", f"{inputs}/portrait.jpg"])
        stream.event("first_frame")
        while not stream.times:
            time.sleep(0.001)
        cold.append(stream.times[0] - stream.started)
        warm.append(stream.event("first_frame")[1]["since_ready_s"])
        stream.process.stdin.write(bytes(320))
        stream.finish()
    print(f"first frame: {statistics.median(cold):.2f} s after the program's start, "
          f"{1000 * statistics.median(warm):.0f} ms after models and face were loaded (median of "
          f"{args.starts})")


def measure_portrait(args, inputs):
    stream = Stream(args, ["--image", f"{inputs}/portrait.jpg"])
    stream.event("first_frame")
    other = f"{stream.folder}/other.jpg"
    with open(f"{inputs}/portrait.jpg", "rb") as source, open(other, "wb") as target:
        target.write(source.read() + b"\0")  # other bytes: not known from before
    for name in ("a new portrait", "a known portrait"):
        stream.events[:] = [e for e in stream.events if e[1]["event"] != "portrait"]
        sent = stream.send(portrait=other)
        _, event = stream.event("portrait")
        stream.events[:] = [e for e in stream.events if e[1]["event"] != "stats"]
        stream.send(stats=True)
        _, stats = stream.event("stats")
        number = event["frame"] - stats["skipped"] - stats["dropped"]  # among those in the pipe
        while len(stream.times) <= number:
            time.sleep(0.001)
        print(f"{name} is read {1000 * (stream.times[number] - sent):.0f} ms after its "
              f"control line, prepared in {1000 * event['took_s']:.0f} ms")
        time.sleep(0.5)
    stream.process.stdin.write(bytes(320))
    stream.finish()


def last_times(data, times):
    """Notes the latest time stamp of each kind of stream in MPEG-TS packets."""
    for i in range(0, len(data) - 187, 188):
        if data[i + 1] & 0x40 == 0:
            continue
        body = i + 4 + (1 + data[i + 4] if data[i + 3] & 0x20 else 0)
        if data[body:body + 3] == b"\0\0\1" and data[body + 7] & 0x80:
            p = data[body + 9:body + 14]
            stamp = (p[0] >> 1 & 7) << 30 | p[1] << 22 | p[2] >> 1 << 15 | p[3] << 7 | p[4] >> 1
            times["picture" if data[body + 3] >= 0xE0 else "sound"] = stamp / 90000


def measure_long(args, inputs, speech):
    stream = Stream(args, ["--image", f"{inputs}/portrait.jpg", "--format", "mpegts"], False)
    times, memory = {}, []

    def read():
        while (data := stream.read_exactly(188 * 16)) is not None:
            last_times(data, times)

    def watch():
        while stream.process.poll() is None:
            with open(f"/proc/{stream.process.pid}/statm") as statm:
                memory.append(int(statm.read().split()[1]) * 4096)
            time.sleep(1)

    reader, watcher = threading.Thread(target=read), threading.Thread(target=watch)
    reader.start()
    stream.event("first_frame")
    watcher.start()
    begin = time.monotonic()
    while time.monotonic() - begin < 60 * args.minutes:
        stream.speak(speech)
    end = stream.finish()
    reader.join()
    watcher.join()
    tenth = max(1, len(memory) // 10)
    early, late = memory[tenth:2 * tenth], memory[-tenth - 1:-1]
    print(f"{args.minutes:g} minutes: frames {end.get('frames')}, skipped {end.get('skipped')}, "
          f"dropped {end.get('dropped')}, lag {end.get('lag_s')} s")
    if early and late:
        print(f"memory: {statistics.mean(late) / 2**20:.0f} MB at the end, "
              f"{statistics.mean(late) / statistics.mean(early):.3f} of the beginning")
    if len(times) == 2:
        # A picture lasts 40 ms, a block of sound 21.
        difference = times["picture"] + 1 / FPS - times["sound"] - 1024 / 48000
        print(f"end of the pictures less end of the sound: {1000 * difference:.0f} ms")
    own = end.get("latency_s", {})
    print(f"latency as the program counts: median {1000 * own.get('p50', 0):.0f} ms, 99 % "
          f"{1000 * own.get('p99', 0):.0f} ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("inputs")
    parser.add_argument("program")
    parser.add_argument("--models", default="models")
    parser.add_argument("--bursts", type=int, default=40)
    parser.add_argument("--starts", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=0)
    parser.add_argument("--busy", type=int, default=0)
    words = sys.argv[1:]
    split = words.index("--") if "--" in words else len(words)
    args = parser.parse_args(words[:split])
    args.options = words[split + 1:]
    print(f"load {os.getloadavg()[0]:.1f} at the start, {len(os.sched_getaffinity(0))} cores, "
          f"{args.busy} busy loops")
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"])
             for _ in range(args.busy)]
    try:
        speech = read_speech(f"{args.inputs}/speech.wav")
        measure_start(args, args.inputs)
        measure_latency(args, args.inputs, cut_vowel(speech))
        measure_portrait(args, args.inputs)
        if args.minutes > 0:
            measure_long(args, args.inputs, speech)
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


if __name__ == "__main__":
    main()
