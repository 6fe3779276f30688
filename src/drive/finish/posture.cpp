// SPDX-License-Identifier: Apache-2.0
#include "vasa/drive/posture.h"

#include "rules/slow_process.h"

#include "vasa/core/filters.h"

#include <array>
#include <cmath>

namespace vasa::drive {
namespace {

constexpr float kRadPerDegree = 0.0174533F;

/// Weight of an independent process added to one with this correlation, for a total spread of 1.
float rest_of(float correlation) {
    return std::sqrt(1.0F - correlation * correlation);
}

/// Turns the eyes back by a fraction of a head turn.
void keep_looking(float yaw_rad, float pitch_rad, float fraction, head::Actions& actions) {
    const auto turned_back = [&](const head::Gaze& gaze) {
        return head::Gaze{gaze.yaw_rad - fraction * yaw_rad, gaze.pitch_rad - fraction * pitch_rad};
    };
    head::set_gaze(
        actions, turned_back(head::left_gaze(actions)), turned_back(head::right_gaze(actions)));
}

}  // namespace

void add_posture(motion::MotionClip& clip,
                 const motion::Controls& controls,
                 std::uint64_t seed,
                 const PostureParams& params) {
    add_posture(clip, 0, clip.frames.size(), controls, seed, params);
}

void add_posture(motion::MotionClip& clip,
                 std::size_t first,
                 std::size_t end,
                 const motion::Controls& controls,
                 std::uint64_t seed,
                 const PostureParams& params) {
    const core::Rng rng = core::Rng(seed).fork(0x9057);
    const SlowPiece piece(first, end, clip.fps);
    std::array<core::Track, 6> tracks;
    for (std::size_t k = 0; k < tracks.size(); ++k) {
        tracks[k] = piece.process(params.max_shift_hz, rng.fork(k + 1));
    }
    const auto& [yaw, pitch, roll, sideways, up, depth] = tracks;
    for (std::size_t i = 0; i < end - first; ++i) {
        motion::MotionFrame& frame = clip.frames[first + i];
        const double time_s = static_cast<double>(first + i) / clip.fps.value();
        const float strength = controls.at(time_s).head_motion *
                               core::smoothstep(0.0F, params.ease_in_s, static_cast<float>(time_s));
        const float yaw_rad = strength * kRadPerDegree * params.yaw_deg * yaw[i];
        const float pitch_rad = strength * kRadPerDegree * params.pitch_deg * pitch[i];
        frame.pose.yaw_rad += yaw_rad;
        frame.pose.pitch_rad += pitch_rad;
        frame.pose.roll_rad += strength * kRadPerDegree * params.roll_deg * roll[i];
        frame.pose.x_cm +=
            strength * params.sideways_cm *
            (params.sideways_of_yaw * yaw[i] + rest_of(params.sideways_of_yaw) * sideways[i]);
        frame.pose.y_cm += strength * params.up_cm *
                           (params.up_of_pitch * pitch[i] + rest_of(params.up_of_pitch) * up[i]);
        frame.pose.z_cm += strength * params.depth_cm * depth[i];
        keep_looking(yaw_rad, pitch_rad, params.eyes_stay, frame.actions);
    }
}

}  // namespace vasa::drive
