// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/drive/motion_transformer.h"
#include "vasa/motion/motion_clip.h"
#include "vasa/motion/motion_space.h"

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

namespace vasa::drive {

/// A motion network with what its file tells of its values.
struct MotionNetwork {
    MotionTransformer network{nullptr};
    std::vector<float> mean, scale;  ///< [kMotionWidth]
    at::Device device{at::kCPU};
    std::string speech_features;

    /// Index of a style, 0 for an empty name. @throws Error(Usage) for an unknown one
    int find_style(const std::string& name) const;
    /// Motion of normalised values.
    /// @param values  [kMotionWidth]
    motion::MotionVector motion_of(const float* values) const;
    /// The inverse.
    at::Tensor values_of(const motion::MotionVector& vector) const;
};

/// @param path    motion.safetensors or live_motion.safetensors
/// @param device  "cpu" or "cuda:0"
/// @throws Error(Model) naming the tensor or key that is missing or does not fit
MotionNetwork load_motion_network(const std::string& path, const std::string& device);

}  // namespace vasa::drive
