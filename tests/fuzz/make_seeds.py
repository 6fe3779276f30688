#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of the fuzz targets: small good files of every kind that a target reads.

Usage: make_seeds.py CORPUS. Files that are there already and have other names stay: they are inputs
that once made a target fail.
"""
import array
import io
import json
import pathlib
import struct
import sys
import zipfile
import zlib

ACTIONS = (
    "eyeBlinkLeft eyeLookDownLeft eyeLookInLeft eyeLookOutLeft eyeLookUpLeft eyeSquintLeft "
    "eyeWideLeft eyeBlinkRight eyeLookDownRight eyeLookInRight eyeLookOutRight eyeLookUpRight "
    "eyeSquintRight eyeWideRight jawForward jawLeft jawRight jawOpen mouthClose mouthFunnel "
    "mouthPucker mouthLeft mouthRight mouthSmileLeft mouthSmileRight mouthFrownLeft "
    "mouthFrownRight mouthDimpleLeft mouthDimpleRight mouthStretchLeft mouthStretchRight "
    "mouthRollLower mouthRollUpper mouthShrugLower mouthShrugUpper mouthPressLeft "
    "mouthPressRight mouthLowerDownLeft mouthLowerDownRight mouthUpperUpLeft "
    "mouthUpperUpRight browDownLeft browDownRight browInnerUp browOuterUpLeft "
    "browOuterUpRight cheekPuff cheekSquintLeft cheekSquintRight noseSneerLeft noseSneerRight "
    "tongueOut").split()


def safetensors(tensors, metadata):
    """tensors: (name, dtype, shape, bytes) in order."""
    header, data = {"__metadata__": metadata} if metadata else {}, b""
    for name, dtype, shape, values in tensors:
        header[name] = {"dtype": dtype, "shape": shape,
                        "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<Q", len(text)) + text + data


def floats(values):
    return array.array("f", values).tobytes()


def safetensors_seeds():
    yield "empty", safetensors([], {})
    yield "metadata", safetensors([], {"kind": "x", "format_version": "1"})
    yield "scalar", safetensors([("a", "F32", [], floats([1.5]))], {})
    yield "kinds", safetensors(
        [("f16", "F16", [2], b"\0\x3c\0\x7c"), ("bf16", "BF16", [2], b"\x80\x3f\0\xff"),
         ("f64", "F64", [1], struct.pack("<d", 1e300)), ("i64", "I64", [1], b"\xff" * 8),
         ("i32", "I32", [2], b"\1\0\0\0\xff\xff\xff\x7f"), ("i16", "I16", [1], b"\0\x80"),
         ("i8", "I8", [3], b"\1\2\xff"), ("u8", "U8", [1, 2], b"\0\xff"),
         ("bool", "BOOL", [2], b"\0\1"), ("none", "F32", [0, 4], b"")], {"a": "b"})


def motion(frames, fps="25", pose=0.1, action=0.5):
    metadata = {"format_version": "1", "fps": fps, "names": ",".join(ACTIONS), "meta.seed": "1"}
    return safetensors([("pose", "F32", [frames, 6], floats([pose, 0, 0, 0, 0, -100] * frames)),
                        ("actions", "F32", [frames, 52], floats([action] * 52 * frames))], metadata)


def motion_safetensors_seeds():
    yield "no_frames", motion(0)
    yield "one", motion(1)
    yield "three", motion(3, "30000/1001", -0.2, 1.05)


def csv_columns():
    return (["Timecode", "BlendShapeCount"] + [name[0].upper() + name[1:] for name in ACTIONS] +
            ["HeadYaw", "HeadPitch", "HeadRoll", "LeftEyeYaw", "LeftEyePitch", "LeftEyeRoll",
             "RightEyeYaw", "RightEyePitch", "RightEyeRoll"])


def motion_csv_seeds():
    position = ["HeadX", "HeadY", "HeadZ"]
    head = ",".join(csv_columns() + position)
    row = "00:00:00:{:02d}.000,61," + ",".join(["0.25"] * 52) + ",0.1,-0.1,0,0,0,0,0,0,0,1,2,-100"
    yield "ours", "# vasa motion 1, fps=25\n# driver=rules\n# a\\nb=c\n" + head + "\n" + "\n".join(
        row.format(i) for i in range(3)) + "\n"
    yield "rate_only", "# fps=30000/1001\r\n" + head + "\r\n" + row.format(0) + "\r\n"
    # Live Link Face: no rate, which is read off the timecodes; one moment is skipped.
    columns = ["Timecode"] + csv_columns()[2:57]
    lines = [",".join(columns)]
    for i in list(range(20)) + list(range(21, 50)):
        lines.append(f"10:00:{i // 24:02d}:{i % 24:02d}.5," + ",".join(["0"] * 55))
    yield "live_link", "\ufeff" + "\n".join(lines) + "\n"


def controls_seeds():
    yield "constants.json", '{"amplitude": 1.2, "gaze_yaw": -10, "happy": 1}'
    yield "curves.json", ('{"gaze_pitch": [{"time": 0, "value": 0, "interpolation": "smooth"},'
                          ' {"time": 2.5, "value": 15}, {"time": 3e1, "value": -1.5e1}],\n'
                          ' "blink_rate": [{"value": 60, "time": -1}]}')
    yield "empty.json", "{}"
    yield "curves.csv", "# a remark\ntime,gaze_yaw,happy,interpolation\n0,0,,smooth\n2.5,15,0.4,\n"
    yield "spaces.csv", "\ufefftime , cfg_audio\r\n 1 , 0.5 \r\n2,5\r\n"


def jobs_seeds():
    yield "lines.jsonl", (
        '# remark\n{"image": "a.png", "audio": "s.wav", "out": "o.mp4", "seed": 7}\n\n'
        '{"face": "f.safetensors", "motion": "m.csv", "out": "d/%05d.png", "loop": true,'
        ' "fps": "30000/1001", "motion_scale": 1.5, "gaze": [10, -5], "emotion": "happy:0.5"}\n'
        '{"out": null, "crf": 99}\n')
    yield "table.csv", ('image,audio,out,gaze,loop,decoder\na.png,s.wav,o.mp4,"10,-5",true,fast\n'
                        '"a ""b"".png",,x.mp4,,false,geometry\n')
    yield "broken.jsonl", '{"out": "a.mp4"}\n{"out": \n[1]\n{"no-such": 1}\n'


def quality_seeds():
    score = {"value": 0.5, "spread": 0.01, "tolerance": 0.02, "tolerance_by": "spread",
             "version": 1, "clips": 3}
    yield "baseline.json", json.dumps(
        {"format": "vasa quality baseline", "version": 1,
         "cases": {"a": {"options": {"image": "a.png"}, "scores": {"jerk": score}}}}, indent=1)
    yield "empty.json", '{"format": "vasa quality baseline", "version": 1, "cases": {}}'
    yield "suite.json", json.dumps(
        {"format": "vasa quality suite", "version": 1, "seeds": [1, 2], "ignore": ["jerk_lips"],
         "render": {"fps": 25, "loop": True},
         "cases": [{"name": "a", "render": {"image": "/dev/null", "audio": "/dev/null",
                                           "gaze": [1, 2]}, "frames": True}]})


def npy(kind, shape, values):
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header.encode() + values


def npz(method, **arrays):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in arrays.items():
            archive.writestr(zipfile.ZipInfo(name + ".npy"), content, method)
    return out.getvalue()


def npz_seeds():
    numbers = {"fps": npy("<i8", (), struct.pack("<q", -30)),
               "bs": npy("<f2", (2, 2), b"\0\x3c\0\x7c\1\0\0\x80"),
               "names": npy("<U2", (2,), "ab".encode("utf-32-le") * 2),
               "frames": npy("<u2", (3, 1), b"\1\0\2\0\xff\xff")}
    yield "stored", npz(zipfile.ZIP_STORED, **numbers)
    yield "deflated", npz(zipfile.ZIP_DEFLATED, **numbers)
    yield "bzip2", npz(zipfile.ZIP_BZIP2, **numbers)
    yield "empty", npz(zipfile.ZIP_STORED)


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width, height, depth, colour, row, extra=b""):
    raw = b"".join(b"\0" + row for _ in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth,
                                                              colour, 0, 0, 0)) +
            extra + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b""))


def grey_profile():
    """An ICC profile of grey with gamma 1.8."""
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)
    curve = b"curv\0\0\0\0" + struct.pack(">IHH", 1, 461, 0)
    tags = [(b"wtpt", white), (b"kTRC", curve)]
    table, data, offset = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for kind, body in tags:
        table += kind + struct.pack(">II", offset + len(data), len(body))
        data += body
    size = offset + len(data)
    header = struct.pack(">I4xI4s4s4s", size, 0x02400000, b"mntr", b"GRAY", b"XYZ ")
    header = header.ljust(36, b"\0") + b"acsp"
    return header.ljust(68, b"\0") + white[8:] + bytes(48) + table + data


def tiff(big):
    order = ">" if big else "<"
    entries = [(256, 4, 1, 4), (257, 4, 1, 2), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1),
               (273, 4, 1, 8 + 2 + 12 * 10 + 4), (274, 3, 1, 6), (277, 3, 1, 1), (278, 4, 1, 2),
               (279, 4, 1, 8)]
    out = (b"MM\0*" if big else b"II*\0") + struct.pack(order + "IH", 8, len(entries))
    for tag, kind, count, value in entries:
        body = struct.pack(order + "H", value) + b"\0\0" if kind == 3 else struct.pack(
            order + "I", value)
        out += struct.pack(order + "HHI", tag, kind, count) + body
    return out + b"\0\0\0\0" + bytes(range(8))


def image_seeds():
    yield "grey.png", png(3, 2, 8, 0, b"\1\2\3")
    yield "alpha16.png", png(2, 2, 16, 6, bytes(range(16)))
    exif = tiff(True)
    yield "turned.png", png(2, 2, 8, 2, bytes(6), chunk(b"eXIf", exif))
    profile = chunk(b"iCCP", b"p\0\0" + zlib.compress(grey_profile()))
    yield "profile.png", png(3, 2, 8, 0, b"\1\2\3", profile)
    yield "gamma.png", png(2, 2, 8, 2, bytes(6), chunk(b"gAMA", struct.pack(">I", 55556)))
    yield "grey.tiff", tiff(False)
    yield "grey_big.tiff", tiff(True)
    pixels = bytes(range(24))
    yield "rgb.bmp", (b"BM" + struct.pack("<IIIIiiHHIIiiII", 54 + 24, 0, 54, 40, 2, -3, 1, 24, 0, 24,
                                          0, 0, 0, 0) + pixels)
    # 16 x 8 grey, encoded by Pillow; the others by hand.
    grey_jpeg = bytes.fromhex(
        "ffd8ffe000104a46494600010100000100010000ffdb0043000302020302020303030304030304050805"
        "0504" "04050a070706080c0a0c0c0b0a0b0b0d0e12100d0e110e0b0b1016101113141515150c0f1718"
        "16141812141514ffc0000b080008001001011100ffc40015000101000000000000000000000000000006"
        "07ffc40014100100000000000000000000000000000000ffda0008010100003f009a07bfffd9")
    yield "grey.jpg", grey_jpeg
    part = b"ICC_PROFILE\0\1\1" + grey_profile()
    segment = b"\xff\xe2" + struct.pack(">H", 2 + len(part)) + part
    yield "profile_no_end.jpg", grey_jpeg[:2] + segment + grey_jpeg[2:-2]
    yield "lossless.webp", bytes.fromhex(
        "5249464628000000574542505650384c1c0000002f0fc001000f700f9e5b211f8571fe630962c164fed29d"
        "2944f43f74")


def wav(rate, channels, bits, frames, kind=1):
    data = bytes((i * 7) & 0xff for i in range(frames * channels * bits // 8))
    block = channels * bits // 8
    return (b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " +
            struct.pack("<IHHIIHH", 16, kind, channels, rate, rate * block, block, bits) +
            b"data" + struct.pack("<I", len(data)) + data)


def audio_seeds():
    yield "mono.wav", wav(16000, 1, 16, 200)
    yield "stereo8.wav", wav(8000, 2, 8, 100)
    yield "float.wav", wav(48000, 1, 32, 100, 3)
    yield "law.wav", wav(8000, 1, 8, 100, 7)
    data = bytes(200)
    yield "tone.au", b".snd" + struct.pack(">IIIII", 24, len(data), 3, 16000, 1) + data
    comm = struct.pack(">hIh", 1, 100, 16) + b"\x40\x0c\xfa\0\0\0\0\0\0\0"
    yield "tone.aiff", (b"FORM" + struct.pack(">I", 4 + 8 + 18 + 16 + 200) + b"AIFFCOMM" +
                        struct.pack(">I", 18) + comm + b"SSND" + struct.pack(">III", 208, 0, 0) +
                        data)
    # Two frames of silence: MPEG-1 layer III, 32 kbit/s, 32 kHz, mono; the size is 144 bytes each.
    yield "silence.mp3", (b"\xff\xfb\x18\xc0" + bytes(140)) * 3


def watermark_key_seeds():
    yield "key", "0123456789abcdefABCDEF".ljust(64, "7") + "\n"
    yield "spaces", " \t\r\n" + "a5" * 32 + " \r\n"


def box(kind, body):
    return struct.pack(">I", 8 + len(body)) + kind + body


def marks_seeds():
    xmp = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
    packet = b'<rdf:Description Iptc4xmpExt:DigitalSourceType="http://x/trainedAlgorithmicMedia"/>'
    start = box(b"ftyp", b"isom\0\0\2\0")
    yield "xmp.mp4", start + box(b"moov", b"") + box(b"mdat", b"data") + box(b"uuid", xmp + packet)
    yield "element.mp4", start + box(b"uuid", xmp + b"<x:DigitalSourceType> y </x:DigitalSourceType>")
    long_box = struct.pack(">I", 1) + b"mdat" + struct.pack(">Q", 20) + b"data"
    yield "long.mp4", start + long_box + box(b"uuid", xmp) + struct.pack(">I", 0) + b"mdat" + b"rest"
    yield "hostile.mp4", start + struct.pack(">I", 1) + b"mdat" + struct.pack(">Q", 2 ** 64 - 1)


TARGETS = {
    "safetensors": safetensors_seeds, "motion_safetensors": motion_safetensors_seeds,
    "motion_csv": motion_csv_seeds, "controls": controls_seeds, "jobs": jobs_seeds,
    "npz": npz_seeds, "quality": quality_seeds, "image": image_seeds, "audio": audio_seeds,
    "watermark_key": watermark_key_seeds,
    "marks": marks_seeds,
}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for target, seeds in TARGETS.items():
        folder = pathlib.Path(sys.argv[1]) / target
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in seeds():
            content = content.encode() if isinstance(content, str) else content
            (folder / f"seed_{name}").write_bytes(content)


if __name__ == "__main__":
    main()
