// SPDX-License-Identifier: Apache-2.0
#include "files/motion_files.h"

#include "vasa/core/error.h"
#include "vasa/core/filters.h"
#include "vasa/head/action_groups.h"
#include "vasa/motion/motion_clip.h"
#include "vasa/motion/motion_interpolation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>

#include <Eigen/Geometry>

namespace vasa::motion {
namespace {

using core::Error;
using core::ErrorKind;

constexpr double kPi = 3.14159265358979323846;
constexpr double kRestShare = 0.10;
constexpr float kMaxRest = 0.5F;

/// Whether there is anything to do. @throws Error
bool check_length(const MotionClip& clip, int num_frames) {
    if (num_frames < 0) {
        throw Error(ErrorKind::Internal,
                    "motion of " + std::to_string(num_frames) + " frames, expected 0 or more");
    }
    if (num_frames > 0 && clip.frames.empty()) {
        throw Error(ErrorKind::Input, "motion has no frames, expected at least 1");
    }
    return num_frames > 0;
}

/// Catmull-Rom between b and c, clamped to their range.
float interpolate(float a, float b, float c, float d, float t) {
    const float value =
        b +
        0.5F * t *
            ((c - a) + t * ((2.0F * a - 5.0F * b + 4.0F * c - d) + t * (3.0F * (b - c) + d - a)));
    return std::clamp(value, std::min(b, c), std::max(b, c));
}

/// The same for angles, taken as differences from b along the shorter way.
float interpolate_angle(float a, float b, float c, float d, float t) {
    const auto difference = [](float from, float to) {
        return static_cast<float>(std::remainder(static_cast<double>(to) - from, 2.0 * kPi));
    };
    const float to_c = difference(b, c);
    const float moved = interpolate(difference(b, a), 0.0F, to_c, to_c + difference(c, d), t);
    const float value = b + moved;
    return std::abs(value) > kPi ? static_cast<float>(std::remainder(value, 2.0 * kPi)) : value;
}

/// Position of frame i of one rate among the frames of another. A single division is exact where
/// frames of both rates coincide.
double resampled_position(const core::Rational& from, const core::Rational& to, std::int64_t i) {
    const double up = static_cast<double>(from.num) * static_cast<double>(to.den);
    const double down = static_cast<double>(from.den) * static_cast<double>(to.num);
    return static_cast<double>(i) * up / down;
}

/// Rest of each action: its 10th percentile, at most kMaxRest.
std::array<float, head::kNumActions> find_rest(const MotionClip& clip) {
    std::array<float, head::kNumActions> rest{};
    std::vector<float> values(clip.frames.size());
    for (int k = 0; k < head::kNumActions; ++k) {
        for (std::size_t i = 0; i < clip.frames.size(); ++i) {
            values[i] = clip.frames[i].actions.values[k];
        }
        rest[k] = std::clamp(core::percentile(values, kRestShare), 0.0F, kMaxRest);
    }
    return rest;
}

head::Pose retarget_pose(const head::Pose& pose,
                         const head::Pose& first,
                         const head::Pose& source,
                         double scale) {
    const Eigen::AngleAxisd difference(head::rotation_between(first, pose));
    const Eigen::AngleAxisd scaled(scale * difference.angle(), difference.axis());
    head::Pose result = source;
    head::set_rotation(result, scaled.toRotationMatrix() * head::rotation_from_pose(source));
    const bool has_distances = source.z_cm < -1.0F && first.z_cm < -1.0F;
    const auto ratio = static_cast<float>(has_distances ? scale * source.z_cm / first.z_cm : scale);
    result.x_cm += ratio * (pose.x_cm - first.x_cm);
    result.y_cm += ratio * (pose.y_cm - first.y_cm);
    result.z_cm += ratio * (pose.z_cm - first.z_cm);
    return result;
}

}  // namespace

MotionFrame interpolate_frame(const std::array<const MotionFrame*, 4>& f, float t) {
    MotionFrame result;
    for (int k = 0; k < kNumPoseValues; ++k) {
        float head::Pose::*const member = kPoseMembers[k];
        const auto blend = k < 3 ? interpolate_angle : interpolate;
        result.pose.*member = blend(
            f[0]->pose.*member, f[1]->pose.*member, f[2]->pose.*member, f[3]->pose.*member, t);
    }
    for (int k = 0; k < head::kNumActions; ++k) {
        result.actions.values[k] = interpolate(f[0]->actions.values[k],
                                               f[1]->actions.values[k],
                                               f[2]->actions.values[k],
                                               f[3]->actions.values[k],
                                               t);
    }
    for (float head::Tongue::*const member : head::kTongueMembers) {
        result.tongue.*member = interpolate(f[0]->tongue.*member,
                                            f[1]->tongue.*member,
                                            f[2]->tongue.*member,
                                            f[3]->tongue.*member,
                                            t);
    }
    return result;
}

MotionFrame resampled_frame(const MotionClip& clip, const core::Rational& fps, std::int64_t i) {
    check_length(clip, 1);
    const auto last = static_cast<std::int64_t>(clip.frames.size()) - 1;
    const double position = resampled_position(clip.fps, fps, i);
    if (position >= static_cast<double>(last)) {
        return clip.frames.back();
    }
    const auto index = static_cast<std::int64_t>(position);
    const auto share = static_cast<float>(position - static_cast<double>(index));
    std::array<const MotionFrame*, 4> around{};
    for (int k = 0; k < 4; ++k) {
        around[k] = &clip.frames[std::clamp<std::int64_t>(index + k - 1, 0, last)];
    }
    return share > 0.0F ? interpolate_frame(around, share) : *around[1];
}

std::int64_t frames_resampled(const core::Rational& from,
                              const core::Rational& to,
                              std::int64_t i) {
    const double position = resampled_position(from, to, i);
    const auto index = static_cast<std::int64_t>(position);
    return position > static_cast<double>(index) ? index + 3 : index + 1;
}

MotionClip resample_motion(const MotionClip& clip, const core::Rational& fps, int num_frames) {
    if (fps.num <= 0 || fps.den <= 0) {
        throw Error(ErrorKind::Usage, "frame rate " + core::to_string(fps) + ", expected above 0");
    }
    MotionClip result;
    result.fps = fps;
    result.metadata = clip.metadata;
    if (!check_length(clip, num_frames)) {
        return result;
    }
    result.frames.reserve(static_cast<std::size_t>(num_frames));
    for (int i = 0; i < num_frames; ++i) {
        result.frames.push_back(resampled_frame(clip, fps, i));
    }
    return result;
}

MotionClip extend_motion(const MotionClip& clip, int num_frames, bool loop) {
    MotionClip result;
    result.fps = clip.fps;
    result.metadata = clip.metadata;
    if (!check_length(clip, num_frames)) {
        return result;
    }
    const auto last = static_cast<std::int64_t>(clip.frames.size()) - 1;
    result.frames.reserve(static_cast<std::size_t>(num_frames));
    for (std::int64_t i = 0; i < num_frames; ++i) {
        std::int64_t index = std::min(i, last);
        if (loop && last > 0) {
            const std::int64_t phase = i % (2 * last);
            index = phase <= last ? phase : 2 * last - phase;
        }
        result.frames.push_back(clip.frames[static_cast<std::size_t>(index)]);
    }
    return result;
}

void RetargetOptions::check() const {
    if (!(motion_scale >= 0.0F && motion_scale <= kMaxMotionScale)) {
        throw Error(ErrorKind::Usage,
                    "motion scale is " + std::to_string(motion_scale) + ", expected 0 to 3");
    }
}

MotionClip retarget_motion(const MotionClip& clip,
                           const MotionFrame& source,
                           const RetargetOptions& options) {
    options.check();
    MotionClip result = clip;
    if (clip.frames.empty()) {
        return result;
    }
    const head::Pose first = clip.frames.front().pose;
    const std::array<float, head::kNumActions> rest = find_rest(clip);
    for (MotionFrame& frame : result.frames) {
        frame.pose = retarget_pose(
            frame.pose, first, source.pose, static_cast<double>(options.motion_scale));
        for (int k = 0; k < head::kNumActions; ++k) {
            const auto action = static_cast<head::Action>(k);
            const float scale = head::is_blink_action(action) ? 1.0F : options.motion_scale;
            const float value = (frame.actions.values[k] - rest[k]) / (1.0F - rest[k]);
            frame.actions.values[k] = std::clamp(scale * value, 0.0F, 1.0F);
        }
    }
    return result;
}

}  // namespace vasa::motion
