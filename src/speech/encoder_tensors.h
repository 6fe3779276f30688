// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/safetensors.h"

#include <string>

#include <ATen/core/Tensor.h>

namespace vasa::speech {

/// Width of Whisper base.
constexpr int kWhisperWidth = 512;
/// Scaled features are limited to ± this.
constexpr float kFeatureLimit = 5.0F;

/// What encoders' files hold beside the network.
struct FeatureTensors {
    at::Tensor mel_filters;    ///< [80, 201]
    at::Tensor center, scale;  ///< [kFeatureWidth]
};

/// @throws Error(Model) for a missing tensor, another shape, or a scale that is not positive
FeatureTensors read_feature_tensors(const core::SafetensorsFile& file);

/// Number of Whisper's blocks, 1..6. @throws Error(Model)
int read_num_blocks(const core::SafetensorsFile& file);

/// Name of the features of this many blocks.
std::string feature_name(int num_blocks);

}  // namespace vasa::speech
