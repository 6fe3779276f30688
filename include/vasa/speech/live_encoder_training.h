// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/safetensors.h"
#include "vasa/speech/live_encoder_network.h"

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace vasa::speech {

/// A live speech encoder in parts, for its training.
struct LiveEncoderParts {
    LiveEncoder network{nullptr};
    int num_blocks = 4;
    at::Tensor mel_filters;    ///< [80, 201]
    at::Tensor center, scale;  ///< [kFeatureWidth] of each feature

    /// Scaled spectrogram of a clip as a stream hears it, [T, 80] at 100 Hz.
    at::Tensor spectrogram(const std::vector<float>& speech) const;
    /// @param rows  the network's, [B, 2 T, width]
    /// @return      features [B, T, kFeatureWidth], without their limit
    at::Tensor features(const at::Tensor& rows) const;
    /// Adds everything but the training to a file, weights in f16.
    /// @param weights  that are written: the network's or their average
    void add_to(core::SafetensorsWriter& writer, const LiveEncoder& weights) const;
};

/// A live encoder with the weights of a speech encoder for files, speech_encoder.safetensors.
/// @throws Error(Model)
LiveEncoderParts make_live_encoder(const std::string& path);

}  // namespace vasa::speech
