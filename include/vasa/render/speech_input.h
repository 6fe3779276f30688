// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/media/audio_file.h"

#include <string>
#include <vector>

namespace vasa::render {

/// Speech of a clip.
struct Speech {
    media::AudioClip sound;   ///< as recorded
    std::vector<float> mono;  ///< speech::kSpeechRate_hz, for analysis
    bool is_silent = false;   ///< speech::is_silent(); `mono` is then 0
};

/// Reads speech and checks its length.
/// @throws Error(Input) if it cannot be read, is shorter than kMinSpeech_s, or longer than
///         kMaxSpeech_s without allow_long.
Speech load_speech(const std::string& path, bool allow_long);

}  // namespace vasa::render
