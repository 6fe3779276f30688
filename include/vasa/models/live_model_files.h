// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace vasa::models {

// Names of the networks of live motion in the model folder.
constexpr const char* kLiveSpeechEncoderFile = "live_speech_encoder.safetensors";
constexpr const char* kLiveMotionFile = "live_motion.safetensors";

}  // namespace vasa::models
