// SPDX-License-Identifier: Apache-2.0
#include "vasa/render/speech_input.h"

#include "vasa/core/error.h"
#include "vasa/render/render.h"
#include "vasa/speech/silence.h"
#include "vasa/speech/speech_rate.h"

#include <algorithm>
#include <cstdio>

namespace vasa::render {
namespace {

using core::Error;
using core::ErrorKind;

/// Without allow_long, decoding stops here: late enough to report the length of slightly too long
/// speech.
constexpr double kMaxDecoded_s = 600.0;
constexpr double kMaxLong_s = 3600.0;

std::string seconds_text(double seconds) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3g s", seconds);
    return text;
}

void check_length(const std::string& path, const media::AudioClip& sound, bool allow_long) {
    const double duration_s = sound.duration_s();
    if (duration_s < kMinSpeech_s) {
        throw Error(ErrorKind::Input,
                    "speech '" + path + "' is " + seconds_text(duration_s) +
                        " long, expected at least " + seconds_text(kMinSpeech_s));
    }
    if (duration_s > kMaxSpeech_s && !allow_long) {
        throw Error(ErrorKind::Input,
                    "speech '" + path + "' is " + seconds_text(duration_s) +
                        " long, expected at most " + seconds_text(kMaxSpeech_s),
                    "--allow-long renders it all");
    }
}

}  // namespace

Speech load_speech(const std::string& path, bool allow_long) {
    media::LoadAudioOptions options;
    options.max_duration_s = allow_long ? kMaxLong_s : kMaxDecoded_s;
    Speech speech;
    speech.sound = media::load_audio(path, options);
    check_length(path, speech.sound, allow_long);
    speech.mono = media::resample_mono(speech.sound, speech::kSpeechRate_hz);
    speech.is_silent = speech::is_silent(speech.mono);
    if (speech.is_silent) {
        // The speech encoder would amplify the noise.
        std::fill(speech.mono.begin(), speech.mono.end(), 0.0F);
    }
    return speech;
}

}  // namespace vasa::render
