// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/models/model_files.h"

#include <string>
#include <vector>

namespace vasa::speech {

struct EncoderExportOptions {
    std::string whisper;  ///< Whisper base's encoder (.safetensors, OpenAI's tensor names)
    std::string out = models::kSpeechEncoderFile;
    int num_blocks = 4;             ///< blocks kept, 1..6
    std::string command, revision;  ///< recorded in the file

    void check() const;  ///< @throws Error(Usage)
};

/// Writes speech_encoder.safetensors: the first blocks of Whisper's encoder (f16) with the centre
/// (median) and scale (interquartile range / 1.35) of each feature over the clips.
///
/// @param clips  speech, mono, kSpeechRate_hz, several minutes of many speakers
/// @throws Error(Model) for a damaged or different encoder, Error(Input) if there is no speech,
///         Error(Output) if the file cannot be written.
void export_speech_encoder(const EncoderExportOptions& options,
                           const std::vector<std::vector<float>>& clips);

}  // namespace vasa::speech
