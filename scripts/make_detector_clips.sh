#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the clips that the clip detector is fitted to and measured on (docs/detection.md):
#   OUT/rendered   renders without marks of portraits used for training
#   OUT/unseen     the same of portraits held back from all training
#   OUT/recorded   recorded people, and photographs that a moving camera shows
# Each clip is encoded in two ways: x264 CRF 28, and one that changes from clip to clip.
# Usage: make_detector_clips.sh DATA OUT [PROGRAM]; existing files are kept.
set -euo pipefail
data=${1:?DATA} out=${2:?OUT} vasa=${3:-$(dirname "$0")/../build/bin/vasa}
root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$out"/{base,rendered,unseen,recorded}

# Noise of a strength in all three planes, new in each frame.
noise() { echo "noise=c0s=$1:c1s=$1:c2s=$1:c0f=t:c1f=t:c2f=t"; }

encodings=(crf18 small x265 fps30 noise denoise short drop upscaled crop crf23)

ff() { ffmpeg -v error -nostdin -y -threads 1 "$@"; }

# encode IN OUT ENCODING
encode() {
    [ -e "$2" ] && return
    local x264=(-c:v libx264 -preset veryfast)
    case $3 in
        crf*) ff -i "$1" -an "${x264[@]}" -crf "${3#crf}" "$2" ;;
        small) ff -i "$1" -an -vf scale=256:256 "${x264[@]}" -crf 23 "$2" ;;
        x265) ff -i "$1" -an -c:v libx265 -preset veryfast -x265-params log-level=none -crf 28 "$2" ;;
        fps30) ff -i "$1" -an -vf fps=30 "${x264[@]}" -crf 23 "$2" ;;
        noise) ff -i "$1" -an -vf "$(noise 8)" "${x264[@]}" -crf 23 "$2" ;;
        denoise) ff -i "$1" -an -vf hqdn3d=6 "${x264[@]}" -crf 23 "$2" ;;
        short) ff -i "$1" -an -t 3 "${x264[@]}" -crf 23 "$2" ;;
        # The uneven times of film that was shown at another rate.
        drop) ff -i "$1" -an -vf "fps=30,select='mod(n\,6)',setpts=N/25/TB" -r 25 "${x264[@]}" -crf 23 "$2" ;;
        upscaled) ff -i "$1" -an -vf scale=240:240,scale=512:512 "${x264[@]}" -crf 23 "$2" ;;
        crop) ff -i "$1" -an -vf crop=iw*0.84:ih*0.84,scale=512:512 "${x264[@]}" -crf 23 "$2" ;;
    esac
}

# encode_both BASE FOLDER
encode_both() {
    local name index
    name=$(basename "${1%.mp4}")
    index=$(($(basename "$1" | cksum | cut -d' ' -f1) % ${#encodings[@]}))
    encode "$1" "$2/${name}__crf28.mp4" crf28
    encode "$1" "$2/${name}__${encodings[index]}.mp4" "${encodings[index]}"
}

# Renders: speech and options change from clip to clip.
options=("" "" "" "--driver rules" "--emotion happy:0.5" "--decoder full" "" "--head-motion 1.5"
    "--decoder geometry" "" "--emotion sad" "--fps 30")
mapfile -t speech < <(find "$data/speech/librispeech" -name '*.mp3' | sort |
    shuf --random-source=<(yes 3) | head -400)
while read -r kind index portrait; do
    name=$(basename "${portrait%.*}")
    case $portrait in portraits_multiview/*) name=london_$name ;; esac
    base=$out/base/${name}__clip.mp4
    if [ ! -e "$base" ]; then
        ff -i "${speech[index]}" -t 6 -ar 16000 -ac 1 "$out/base/speech.wav"
        # shellcheck disable=SC2086  # several words
        "$vasa" --quiet render --image "$data/$portrait" --audio "$out/base/speech.wav" --force \
            --out "$base" --crf 8 --no-marks --i-understand ${options[index % ${#options[@]}]} </dev/null
    fi
    encode_both "$base" "$out/$kind"
done < <(grep -E '^(rendered|unseen) ' "$root/scripts/detector_clips.txt")

# cut IN PERSON CLIP START SECONDS: a square of 512 pixels
cut() {
    local base=$out/base/$2__$3.mp4
    [ -e "$base" ] || ff -ss "$4" -i "$1" -t "$5" -an \
        -vf "crop=min(iw\,ih):min(iw\,ih),scale=512:512:flags=bicubic" -c:v libx264 \
        -preset veryfast -crf 8 "$base"
    encode_both "$base" "$out/recorded"
}
addresses=$data/talking/weekly_address
for start in 0 6 12; do cut "$addresses/obama_edtalk.mp4" obama "a$start" "$start" 6; done
for start in 0 6 12 18 24; do cut "$addresses/obama_styletalk_2.mp4" obama "c$start" "$start" 6; done
cut "$addresses/swalwell_videoretalking.mp4" swalwell a0 0 5
cut "$addresses/swalwell_videoretalking.mp4" swalwell a1 1.5 3.4
for start in 0 5; do cut "$addresses/klobuchar_edtalk.mp4" klobuchar "a$start" "$start" 5; done
cut "$addresses/klobuchar_edtalk.mp4" klobuchar a2 2 6
for start in 0 6 12 18 24 30 36 42 48 53; do cut "$addresses/lieu_edtalk.mp4" lieu "a$start" "$start" 6; done
for clip in $(find "$data/talking/grid_s1" -name '*.mp4' | sort | awk 'NR % 40 == 27'); do
    cut "$clip" grid "$(basename "${clip%.mp4}")" 0 3
done

# Photographs under a moving camera with more or less noise: pictures without a person who moves.
while read -r _ index portrait; do
    base=$out/base/still-$(basename "${portrait%.*}")__pan.mp4
    [ -e "$base" ] || ff -loop 1 -framerate 25 -i "$data/$portrait" -t 6 -vf "scale=1536:1536:force_original_aspect_ratio=increase,crop=1536:1536,rotate='0.03*sin(0.8*t+$index)',crop=1240:1240:x='148+60*sin(t*0.9+$index)':y='148+50*sin(t*0.7+2*$index)',scale=512:512,$(noise $((index % 5 * 2))),format=yuv420p" \
        -c:v libx264 -preset veryfast -crf 8 "$base"
    encode_both "$base" "$out/recorded"
done < <(grep '^still ' "$root/scripts/detector_clips.txt")
