// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/drive/motion_transformer.h"

#include <cstdint>

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

namespace vasa::drive {

struct LiveSamplerParams {
    int hop = 2;    ///< frames that a window makes: the rows that the live encoder gives at once
    int ahead = 2;  ///< frames after them whose speech is heard: lips close before a P
    int steps = 2;  ///< of the sampler
    float guidance = 0.5F;  ///< by speech, as ControlFrame::cfg_audio in files
    /// Share of a new window in what was forecast of the same frames before, by what moves: the
    /// mouth must follow what was heard last, a head that did would jerk at every hop.
    float head_share = 0.3F, face_share = 0.5F, mouth_share = 0.95F;
};

/// Samples normalised motion hop by hop. Each hop samples a window anew, with the noise that its
/// frames had in the windows before, averages it with the forecasts of those, and keeps its first
/// frames.
/// Source of the averages: Zhao et al., Learning fine-grained bimanual manipulation with low-cost
/// hardware (2023), "temporal ensembling".
class LiveSampler {
  public:
    /// @param start   [kMotionWidth] normalised motion before the first frame
    /// @param style   an index into the network's styles
    /// @param device  the network's
    LiveSampler(MotionTransformer network,
                const at::Tensor& start,
                int style,
                std::uint64_t seed,
                at::Device device,
                const LiveSamplerParams& params = {});

    /// Rows of speech that next() takes: history, hop and what is heard ahead.
    int num_rows() const;
    int history() const { return network_->config().history; }
    int hop() const { return params_.hop; }

    /// The next window, [W, kMotionWidth] f32 on the CPU: its first hop() frames are the motion,
    /// the others a forecast.
    /// @param speech  [num_rows(), speech_width] on the CPU, from history() frames before the hop
    /// on
    at::Tensor next(const at::Tensor& speech);

  private:
    MotionConditions conditions(const at::Tensor& speech) const;

    MotionTransformer network_;
    int style_;
    std::uint64_t seed_;
    at::Device device_;
    LiveSamplerParams params_;
    int first_ = 0;        ///< frame of the next hop
    at::Tensor history_;   ///< [K, kMotionWidth] on the CPU
    at::Tensor shares_;    ///< [kMotionWidth] of a new window
    at::Tensor forecast_;  ///< [W - hop, kMotionWidth] of the next frames; undefined at first
};

}  // namespace vasa::drive
