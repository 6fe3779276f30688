#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A portrait that says what the microphone hears, in a window:
#
#   examples/live/microphone.sh face.png [options of vasa live]
#
# Needs arecord (alsa-utils) and ffplay (ffmpeg). Speech that waits longer than 0.2 s is dropped.
set -euo pipefail

face=${1:?portrait}
shift
vasa=${VASA:-vasa}
arecord -q -t raw -f S16_LE -r 16000 -c 1 --buffer-time 40000 |
    "$vasa" live --image "$face" --audio-format s16le:16000 --max-lag 0.2 --format mpegts "$@" |
    ffplay -loglevel error -fflags nobuffer -flags low_delay -probesize 32768 -f mpegts -
