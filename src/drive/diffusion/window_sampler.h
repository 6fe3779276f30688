// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/drive/diffusion_driver.h"
#include "vasa/drive/motion_transformer.h"
#include "vasa/motion/controls.h"

#include <cstdint>

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

namespace vasa::drive {

/// Standard normal noise of frames [first, first + count), [count, kMotionWidth] f32 on the CPU.
/// A frame's noise depends only on the seed and the frame.
at::Tensor frame_noise(std::uint64_t seed, int first, int count);

/// Samples a clip of normalised motion window by window, each seeing the last frames of the one
/// before.
///
/// Source: Xu et al., VASA-1 (2024), §3.2 and eq. 2 (guidance by speech and gaze).
class WindowSampler {
  public:
    /// @param num_frames  of the clip
    /// @param style       an index into the network's styles
    /// @param device      the network's
    WindowSampler(MotionTransformer network,
                  int num_frames,
                  motion::Controls controls,
                  int style,
                  DiffusionDriverOptions options,
                  at::Device device);

    bool is_done() const { return first_ >= num_frames_; }
    /// Number of speech frames that the next window uses.
    int frames_heard() const;
    /// The next window's frames, [count, kMotionWidth] f32 on the CPU.
    /// @param speech  [num_frames, speech_width] on the CPU; rows from frames_heard() on may hold
    ///                anything
    at::Tensor next(const at::Tensor& speech);

  private:
    MotionTransformer network_;
    int num_frames_;
    motion::Controls controls_;
    int style_;
    DiffusionDriverOptions options_;
    at::Device device_;
    int first_ = 0;       ///< frame of the next window
    at::Tensor history_;  ///< [K, kMotionWidth] before it, on the CPU; undefined at first
};

}  // namespace vasa::drive
