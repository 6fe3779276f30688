// SPDX-License-Identifier: Apache-2.0
#include "vasa/motion/mouth_activity.h"

#include "vasa/core/filters.h"
#include "vasa/head/action_groups.h"
#include "vasa/head/landmarks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace vasa::motion {
namespace {

/// A landmark of the neutral head that jaw and mouth actions move.
class LipPoint {
  public:
    LipPoint(const head::HeadModel& model, int landmark)
        : rest_(model.landmark(model.neutral(), landmark)) {
        for (int k = 0; k < head::kNumActions; ++k) {
            if (head::is_mouth_action(static_cast<head::Action>(k))) {
                shifts_[static_cast<std::size_t>(k)] =
                    model.landmark(model.action_basis()[static_cast<std::size_t>(k)], landmark);
            }
        }
    }

    Eigen::RowVector3f at(const head::Actions& actions) const {
        Eigen::RowVector3f point = rest_;
        for (int k = 0; k < head::kNumActions; ++k) {
            const auto index = static_cast<std::size_t>(k);
            if (head::is_mouth_action(static_cast<head::Action>(k))) {
                point += actions.values[index] * shifts_[index];
            }
        }
        return point;
    }

  private:
    Eigen::RowVector3f rest_;
    std::array<Eigen::RowVector3f, head::kNumActions> shifts_;
};

core::Track speed_of(const core::Track& track) {
    core::Track speed(track.size(), 0.0F);
    for (std::size_t i = 1; i < track.size(); ++i) {
        speed[i] = track[i] - track[i - 1];
    }
    return speed;
}

float spread_of(const core::Track& track) {
    double sum = 0, squares = 0;
    for (const float value : track) {
        sum += static_cast<double>(value);
        squares += static_cast<double>(value) * static_cast<double>(value);
    }
    const double count = std::max<double>(static_cast<double>(track.size()), 1.0);
    return static_cast<float>(
        std::sqrt(std::max(squares / count - sum * sum / count / count, 0.0)));
}

/// (track - rest) / spread.
void normalise(core::Track& track, float rest, float spread) {
    for (float& value : track) {
        value = (value - rest) / spread;
    }
}

core::Track absolute(core::Track track) {
    for (float& value : track) {
        value = std::abs(value);
    }
    return track;
}

}  // namespace

std::vector<float> mouth_activity(const std::vector<MotionFrame>& frames,
                                  const head::HeadModel& model,
                                  const MouthActivityParams& params) {
    const LipPoint top(model, head::kInnerLipTop), bottom(model, head::kInnerLipBottom);
    const LipPoint right(model, head::kOuterLips[0]), left(model, head::kOuterLips[10]);
    const float eyes = (model.landmark(model.neutral(), head::kEyeCorners[0][0]) -
                        model.landmark(model.neutral(), head::kEyeCorners[1][1]))
                           .norm();
    core::Track gap, width;
    for (const MotionFrame& frame : frames) {
        gap.push_back((top.at(frame.actions) - bottom.at(frame.actions)).norm() / eyes);
        width.push_back((right.at(frame.actions) - left.at(frame.actions)).norm() / eyes);
    }
    normalise(gap,
              core::percentile(gap, params.rest_percentile),
              std::max(spread_of(gap), params.min_gap_spread));
    normalise(
        width, core::percentile(width, 0.5), std::max(spread_of(width), params.min_width_spread));
    core::Track gap_speed = speed_of(gap), width_speed = speed_of(width);
    // Speeds of a mouth with spread 1 have a spread of about a third at 25 fps.
    constexpr float kSpeedSpread = 0.33F;
    normalise(gap_speed, 0.0F, kSpeedSpread);
    normalise(width_speed, 0.0F, kSpeedSpread);
    const core::Track busy = absolute(gap_speed);
    const core::Track syllable = core::smooth_gaussian(busy, params.syllable_frames);
    const core::Track phrase = core::smooth_gaussian(busy, params.phrase_frames);
    std::vector<float> features;
    features.reserve(frames.size() * kMouthActivityWidth);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        for (const float value :
             {gap[i], width[i], gap_speed[i], width_speed[i], syllable[i], phrase[i]}) {
            features.push_back(std::clamp(value, -params.limit, params.limit));
        }
    }
    return features;
}

}  // namespace vasa::motion
