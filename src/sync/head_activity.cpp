// SPDX-License-Identifier: Apache-2.0
#include "vasa/sync/head_activity.h"

#include "vasa/core/filters.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>

namespace vasa::sync {
namespace {

using core::Track;
using motion::MotionFrame;

Track track_of(const std::vector<MotionFrame>& frames,
               float sigma,
               const std::function<float(const MotionFrame&)>& value) {
    Track track;
    track.reserve(frames.size());
    for (const MotionFrame& frame : frames) {
        track.push_back(value(frame));
    }
    return core::smooth_gaussian(track, sigma);
}

/// Half of the difference of the frames on both sides: without delay.
Track change_of(const Track& track) {
    Track change(track.size(), 0.0F);
    for (std::size_t i = 1; i + 1 < track.size(); ++i) {
        change[i] = 0.5F * (track[i + 1] - track[i - 1]);
    }
    return change;
}

Track absolute(Track track) {
    for (float& value : track) {
        value = std::abs(value);
    }
    return track;
}

float brow_height(const MotionFrame& frame) {
    using head::Action;
    const head::Actions& a = frame.actions;
    return (a[Action::BrowInnerUp] + a[Action::BrowOuterUpLeft] + a[Action::BrowOuterUpRight]) /
               3.0F -
           (a[Action::BrowDownLeft] + a[Action::BrowDownRight]) / 2.0F;
}

/// Mean 0 and spread 1, but a spread below `min_spread` counts as that.
void normalise(Track& track, float min_spread, float limit) {
    double sum = 0, squares = 0;
    for (const float value : track) {
        sum += static_cast<double>(value);
        squares += static_cast<double>(value) * static_cast<double>(value);
    }
    const double count = std::max<double>(static_cast<double>(track.size()), 1.0);
    const double mean = sum / count;
    const double spread = std::max(std::sqrt(std::max(squares / count - mean * mean, 0.0)),
                                   static_cast<double>(min_spread));
    for (float& value : track) {
        value = std::clamp(
            static_cast<float>((static_cast<double>(value) - mean) / spread), -limit, limit);
    }
}

}  // namespace

std::vector<float> head_activity(const std::vector<MotionFrame>& frames,
                                 const HeadActivityParams& params) {
    const auto pose = [&](float head::Pose::*member) {
        return track_of(frames, params.noise_frames, [=](const MotionFrame& frame) {
            return frame.pose.*member;
        });
    };
    const Track pitch = pose(&head::Pose::pitch_rad);
    const Track pitch_speed = change_of(pitch);
    const Track yaw_speed = absolute(change_of(pose(&head::Pose::yaw_rad)));
    const Track roll_speed = absolute(change_of(pose(&head::Pose::roll_rad)));
    const Track brows = track_of(frames, params.noise_frames, brow_height);
    const Track brow_speed = change_of(brows);
    Track rotation(frames.size()), pitch_fast(frames.size());
    const Track slow = core::smooth_gaussian(pitch, params.slow_frames);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        rotation[i] = std::hypot(pitch_speed[i], yaw_speed[i], roll_speed[i]);
        pitch_fast[i] = pitch[i] - slow[i];
    }
    struct Feature {
        Track track;
        float min_spread;
    };
    // In the order of kHeadActivityNames.
    std::array<Feature, kHeadActivityWidth> features = {
        {{pitch_speed, params.min_turn_rad},
         {absolute(pitch_speed), params.min_turn_rad},
         {yaw_speed, params.min_turn_rad},
         {roll_speed, params.min_turn_rad},
         {core::smooth_gaussian(rotation, params.syllable_frames), params.min_turn_rad},
         {change_of(pose(&head::Pose::y_cm)), params.min_shift_cm},
         {core::smooth_gaussian(absolute(change_of(pose(&head::Pose::x_cm))), params.place_frames),
          params.min_shift_cm},
         {pitch_fast, params.min_turn_rad},
         {brows, params.min_brow},
         {brow_speed, params.min_brow},
         {core::smooth_gaussian(absolute(brow_speed), params.syllable_frames), params.min_brow}}};
    for (Feature& feature : features) {
        normalise(feature.track, feature.min_spread, params.limit);
    }
    std::vector<float> rows;
    rows.reserve(frames.size() * kHeadActivityWidth);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        for (const Feature& feature : features) {
            rows.push_back(feature.track[i]);
        }
    }
    return rows;
}

}  // namespace vasa::sync
