// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/motion/controls.h"
#include "vasa/motion/diffusion_driver.h"
#include "vasa/motion/motion_transformer.h"

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace vasa::motion {

/// Standard normal noise of frames [first, first + count), [count, kMotionWidth] f32 on the CPU.
/// A frame's noise depends on the seed and the frame alone.
at::Tensor frame_noise(std::uint64_t seed, int first, int count);

/// Samples a clip of normalised motion, [num_frames, kMotionWidth] f32 on the CPU, window by
/// window, each seeing the last frames of the one before.
///
/// @param speech  [num_frames, speech_width] on the network's device
/// @param style   an index into the network's styles
/// Source: Xu et al., VASA-1 (2024), §3.2 and eq. 2 (guidance by speech and gaze).
at::Tensor sample_windows(MotionTransformer network,
                          const at::Tensor& speech,
                          const Controls& controls,
                          int style,
                          const DiffusionDriverOptions& options);

}  // namespace vasa::motion
