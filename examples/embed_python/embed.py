#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Takes a clip's frames from libvasa: embed.py PREFIX PORTRAIT SPEECH [FRAMES]

Prints each frame's time and size; stops after so many frames. PREFIX is where vasa is installed.
"""
import ctypes
import glob
import sys
from ctypes import POINTER, byref, c_char_p, c_double, c_int, c_int32, c_int64, c_void_p

INTERRUPTED = 130


class Frame(ctypes.Structure):
    _fields_ = [("index", c_int64), ("time_s", c_double), ("width_px", c_int32),
                ("height_px", c_int32), ("rgb", c_void_p)]


FrameFn = ctypes.CFUNCTYPE(c_int, c_void_p, POINTER(Frame))


class Callbacks(ctypes.Structure):
    _fields_ = [("on_frame", FrameFn), ("on_progress", c_void_p), ("user", c_void_p)]


def main(prefix, portrait, speech, max_frames=0):
    vasa = ctypes.CDLL(glob.glob(f"{prefix}/lib*/**/libvasa.so", recursive=True)[0])
    vasa.vasa_last_error.restype = c_char_p

    def call(function, *arguments):
        if function(*arguments) != 0:
            sys.exit(f"error: {vasa.vasa_last_error().decode()}")

    def on_frame(_, frame):
        picture = frame.contents
        pixels = ctypes.string_at(picture.rgb, 3 * picture.width_px * picture.height_px)
        print(f"{picture.time_s:.2f} s: {len(pixels)} bytes of RGB")
        return picture.index + 1 != int(max_frames)

    session, options, face = c_void_p(), c_void_p(), c_void_p()
    call(vasa.vasa_session_new, f"{prefix}/share/vasa/models".encode(), byref(session))
    call(vasa.vasa_options_new, byref(options))
    call(vasa.vasa_options_set, options, b"audio", speech.encode())
    call(vasa.vasa_encode, session, portrait.encode(), options, byref(face))
    callbacks = Callbacks(on_frame=FrameFn(on_frame))
    status = vasa.vasa_render(session, face, None, options, byref(callbacks), None)
    if status not in (0, INTERRUPTED):
        sys.exit(f"error: {vasa.vasa_last_error().decode()}")


if __name__ == "__main__":
    main(*sys.argv[1:])
