#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A portrait that says each line of standard input, in a window, and idles between:
#
#   examples/live/say.sh face.png [options of vasa live]
#
# Needs espeak-ng, and ffplay (ffmpeg) unless PLAYER names another reader of MPEG-TS. The whole line
# is spoken at once into the queue; the stream says it at its own tempo.
set -euo pipefail

face=${1:?portrait}
shift
vasa=${VASA:-vasa}
player=${PLAYER:-ffplay -loglevel error -fflags nobuffer -flags low_delay -f mpegts -}

say_lines() {
    while IFS= read -r line; do
        # WAV, 22.05 kHz mono; its header of 44 bytes is left out.
        espeak-ng --stdout -- "$line" | tail -c +45
    done
}

say_lines | "$vasa" live --image "$face" --audio-format s16le:22050 --format mpegts "$@" | $player
