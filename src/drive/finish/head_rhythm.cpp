// SPDX-License-Identifier: Apache-2.0
#include "finish/head_rhythm.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace vasa::drive {
namespace {

using PoseValues = std::array<float, head::kNumPoseValues>;

/// Reach of a Gaussian in sigmas.
constexpr float kCut = 3.0F;

int reach_of(float sigma_frames) {
    return static_cast<int>(std::lround(kCut * sigma_frames));
}

/// Sum of weight(k) · value(index + k) over |k| <= reach, divided by the sum of the weights; the
/// ends of the clip continue.
template <typename Weight, typename Value>
auto weighted_mean(const std::vector<motion::MotionFrame>& frames,
                   std::size_t index,
                   int reach,
                   const Weight& weight,
                   const Value& value) {
    decltype(value(frames[0], frames[0])) sum{};
    float total = 0;
    const auto last = static_cast<std::ptrdiff_t>(frames.size()) - 1;
    for (int k = -reach; k <= reach; ++k) {
        const auto at = [&](std::ptrdiff_t i) -> const motion::MotionFrame& {
            return frames[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(i, 0, last))];
        };
        const auto i = static_cast<std::ptrdiff_t>(index) + k;
        const auto item = value(at(i), at(i - 1));
        for (std::size_t c = 0; c < sum.size(); ++c) {
            sum[c] += weight(k) * item[c];
        }
        total += weight(k);
    }
    for (float& component : sum) {
        component /= total;
    }
    return sum;
}

float gaussian(int k, float sigma) {
    const float x = static_cast<float>(k) / sigma;
    return std::exp(-0.5F * x * x);
}

/// Weight of a Savitzky-Golay filter of second degree, up to a common factor.
float savitzky_golay(int k, int half) {
    const auto m = static_cast<float>(half);
    return 3.0F * m * m + 3.0F * m - 1.0F - 5.0F * static_cast<float>(k * k);
}

float opening(const motion::MotionFrame& frame) {
    return frame.actions[head::Action::JawOpen] - frame.actions[head::Action::MouthClose];
}

}  // namespace

std::size_t reach_of_head_rhythm(const HeadRhythmParams& params) {
    return static_cast<std::size_t>(std::max(
        {params.smooth_frames, reach_of(params.slow_frames), reach_of(params.mouth_frames) + 1}));
}

head::Pose head_in_rhythm(const std::vector<motion::MotionFrame>& frames,
                          std::size_t index,
                          const HeadRhythmParams& params) {
    const auto pose = [](const motion::MotionFrame& frame, const motion::MotionFrame&) {
        return head::pose_values(frame.pose);
    };
    const PoseValues smooth = weighted_mean(
        frames,
        index,
        params.smooth_frames,
        [&](int k) { return savitzky_golay(k, params.smooth_frames); },
        pose);
    const PoseValues slow = weighted_mean(
        frames,
        index,
        reach_of(params.slow_frames),
        [&](int k) { return gaussian(k, params.slow_frames); },
        pose);
    const std::array<float, 1> change = weighted_mean(
        frames,
        index,
        reach_of(params.mouth_frames),
        [&](int k) { return gaussian(k, params.mouth_frames); },
        [](const motion::MotionFrame& now, const motion::MotionFrame& before) {
            return std::array<float, 1>{std::abs(opening(now) - opening(before))};
        });
    const float busy = std::min(change[0] / params.busy_mouth, 1.0F);
    const float strength = params.rest + (params.talking - params.rest) * busy;
    PoseValues values{};
    for (std::size_t c = 0; c < values.size(); ++c) {
        values[c] = params.gain * (slow[c] + strength * (smooth[c] - slow[c]));
    }
    return head::pose_from_values(values.data());
}

}  // namespace vasa::drive
