#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes speech that is hard to hear from aligned speech, for training: with noise, over a bad line,
# whispered, drawn out as in singing; and silences of all kinds. Alignments come along.
#
# Usage: scripts/make_hard_speech.sh SPEECH OUT [EVERY]
#   SPEECH  folder of sound files with a .phones file of the same stem, searched with subfolders
#   OUT     folder to be made: OUT/<kind>/<stem>.wav and .phones
#   EVERY   use every EVERY-th utterance (default 5)
set -euo pipefail

if [ $# -lt 2 ]; then
    sed -n '6,9s/^# \?//p' "$0" >&2
    exit 2
fi
speech=$1
out=$2
every=${3:-5}
kinds=(noise line whisper slow babble)
mkdir -p "$out/silence"
for kind in "${kinds[@]}"; do
    mkdir -p "$out/$kind"
done

# sound_of STEM_PATH: the sound file beside an alignment.
sound_of() {
    for extension in opus wav flac ogg mp3; do
        if [ -f "$1.$extension" ]; then
            echo "$1.$extension"
            return
        fi
    done
}

run_ffmpeg() {
    ffmpeg -nostdin -v error -y "$@"
}

colours=(white pink brown violet)
# Degrades INPUT by KIND into OUTPUT; NUMBER varies it.
degrade() {
    local input=$1 kind=$2 output=$3 number=$4
    local colour=${colours[$((number % 4))]} level="0.0$((1 + number % 5))"
    local noise="anoisesrc=r=16000:c=$colour:a=$level:s=$number"
    case $kind in
        noise)
            run_ffmpeg -i "$input" -f lavfi -i "$noise" -filter_complex \
                "[0]aresample=16000[a];[a][1]amix=inputs=2:duration=first:normalize=0" \
                -ac 1 "$output" ;;
        babble)  # an earlier utterance behind it
            run_ffmpeg -i "$input" -stream_loop -1 -i "$previous" -filter_complex \
                "[1]volume=0.15[b];[0][b]amix=inputs=2:duration=first:normalize=0" \
                -ac 1 -ar 16000 "$output" ;;
        line)
            run_ffmpeg -i "$input" -af "highpass=f=350,lowpass=f=3300,acompressor=ratio=6" \
                -ac 1 -ar 16000 "$output" ;;
        whisper)  # random phases take the voice away
            run_ffmpeg -i "$input" -af "aresample=16000,afftfilt=real='hypot(re,im)*cos(random(0)*6.2832)':imag='hypot(re,im)*sin(random(1)*6.2832)':win_size=256:overlap=0.8,highpass=f=300" \
                -ac 1 "$output" ;;
        slow)
            run_ffmpeg -i "$input" -af "atempo=0.55" -ac 1 -ar 16000 "$output" ;;
    esac
}

number=0
previous=
while read -r phones; do
    number=$((number + 1))
    stem=${phones%.phones}
    sound=$(sound_of "$stem")
    if [ -z "$sound" ] || [ $((number % every)) -ne 0 ]; then
        continue
    fi
    previous=${previous:-$sound}
    kind=${kinds[$(((number / every) % ${#kinds[@]}))]}
    target="$out/$kind/$(basename "$stem")"
    if [ ! -f "$target.phones" ]; then
        degrade "$sound" "$kind" "$target.wav" "$number"
        if [ "$kind" = slow ]; then
            awk -F '\t' -v OFS='\t' '{print $1 / 0.55, $2 / 0.55, $3}' "$phones" > "$target.phones"
        else
            cp "$phones" "$target.phones"
        fi
    fi
    previous=$sound
done < <(find -L "$speech" -name '*.phones' | LC_ALL=C sort)

for i in $(seq 0 35); do
    target="$out/silence/silence_$i"
    if [ ! -f "$target.phones" ]; then
        case $((i % 3)) in
            0) source="anullsrc=r=16000:cl=mono" ;;
            1) source="anoisesrc=r=16000:c=${colours[$((i % 4))]}:a=0.00$((1 + i % 9)):s=$i" ;;
            2) source="anoisesrc=r=16000:c=${colours[$((i % 4))]}:a=0.0$((1 + i % 9)):s=$i" ;;
        esac
        run_ffmpeg -f lavfi -i "$source" -t 9 "$target.wav"
        printf '0.00\t9.00\tSIL\n' > "$target.phones"
    fi
done
