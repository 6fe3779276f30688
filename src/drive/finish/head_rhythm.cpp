// SPDX-License-Identifier: Apache-2.0
#include "finish/head_rhythm.h"

#include "vasa/core/filters.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace vasa::drive {
namespace {

using PoseValues = std::array<float, head::kNumPoseValues>;

/// Samples on each side that core::smooth_gaussian() uses.
std::size_t reach_of(float sigma_frames) {
    return static_cast<std::size_t>(std::ceil(3.0F * sigma_frames));
}

}  // namespace

float mouth_opening(const motion::MotionFrame& frame) {
    return frame.actions[head::Action::JawOpen] - frame.actions[head::Action::MouthClose];
}

std::size_t reach_of_head_rhythm(const HeadRhythmParams& params) {
    return std::max({static_cast<std::size_t>(params.smooth_frames),
                     reach_of(params.slow_frames),
                     reach_of(params.mouth_frames)});
}

std::vector<head::Pose> heads_in_rhythm(const std::vector<motion::MotionFrame>& frames,
                                        std::size_t first,
                                        std::size_t end,
                                        const HeadRhythmParams& params) {
    const std::size_t reach = reach_of_head_rhythm(params);
    const std::size_t from = first - std::min(first, reach);
    const std::size_t to = std::min(end + reach, frames.size());
    std::array<core::Track, head::kNumPoseValues> smooth, slow;
    for (std::size_t c = 0; c < smooth.size(); ++c) {
        core::Track values;
        for (std::size_t i = from; i < to; ++i) {
            values.push_back(head::pose_values(frames[i].pose)[c]);
        }
        smooth[c] = core::smooth_savitzky_golay(values, params.smooth_frames);
        slow[c] = core::smooth_gaussian(values, params.slow_frames);
    }
    core::Track change;
    for (std::size_t i = from; i < to; ++i) {
        const std::size_t before = i > 0 ? i - 1 : i;
        change.push_back(std::abs(mouth_opening(frames[i]) - mouth_opening(frames[before])));
    }
    change.resize(change.size() + reach, 0.0F);  // the mouth rests after the last frame
    const core::Track activity = core::smooth_gaussian(change, params.mouth_frames);
    std::vector<head::Pose> poses;
    for (std::size_t i = first - from; i < end - from; ++i) {
        const float busy = std::min(activity[i] / params.busy_mouth, 1.0F);
        const float strength = params.rest + (params.talking - params.rest) * busy;
        PoseValues values{};
        for (std::size_t c = 0; c < values.size(); ++c) {
            values[c] = params.gain * (slow[c][i] + strength * (smooth[c][i] - slow[c][i]));
        }
        poses.push_back(head::pose_from_values(values.data()));
    }
    return poses;
}

}  // namespace vasa::drive
