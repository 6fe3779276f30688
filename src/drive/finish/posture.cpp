// SPDX-License-Identifier: Apache-2.0
#include "vasa/drive/posture.h"

#include "rules/face_rules.h"

#include "vasa/core/filters.h"

#include <array>
#include <cmath>

namespace vasa::drive {
namespace {

constexpr float kEaseIn_s = 2.0F;
constexpr double kMaxShift_hz = 0.5;  ///< four fifths of the power lie below half of this
constexpr float kRadPerDegree = 0.0174533F;
// The spread that sampled motion lacks of that of talking heads (within clips of 9 to 15 seconds).
constexpr float kYaw_deg = 3.7F, kPitch_deg = 2.1F, kRoll_deg = 2.6F;
constexpr float kSideways_cm = 0.70F, kUp_cm = 0.53F, kDepth_cm = 0.34F;
// Heads shift to where they turn, and sink when they look up: correlations of talking heads.
constexpr float kSidewaysOfYaw = 0.45F, kUpOfPitch = -0.83F;
/// How much of a turn the eyes make up for, as in sampled motion.
constexpr float kEyesStay = 0.85F;

/// What a process of its own adds to one that follows another by `share`: spread 1 together.
float rest_of(float share) {
    return std::sqrt(1.0F - share * share);
}

void keep_looking(float yaw_rad, float pitch_rad, head::Actions& actions) {
    const auto turned_back = [&](const head::Gaze& gaze) {
        return head::Gaze{gaze.yaw_rad - kEyesStay * yaw_rad,
                          gaze.pitch_rad - kEyesStay * pitch_rad};
    };
    head::set_gaze(
        actions, turned_back(head::left_gaze(actions)), turned_back(head::right_gaze(actions)));
}

}  // namespace

void add_posture(motion::MotionClip& clip, const motion::Controls& controls, std::uint64_t seed) {
    add_posture(clip, 0, clip.frames.size(), controls, seed);
}

void add_posture(motion::MotionClip& clip,
                 std::size_t first,
                 std::size_t end,
                 const motion::Controls& controls,
                 std::uint64_t seed) {
    const core::Rng rng = core::Rng(seed).fork(0x9057);
    const SlowPiece piece(first, end, clip.fps);
    std::array<core::Track, 6> tracks;
    for (std::size_t k = 0; k < tracks.size(); ++k) {
        tracks[k] = piece.process(kMaxShift_hz, rng.fork(k + 1));
    }
    const auto& [yaw, pitch, roll, sideways, up, depth] = tracks;
    for (std::size_t i = 0; i < end - first; ++i) {
        motion::MotionFrame& frame = clip.frames[first + i];
        const double time_s = static_cast<double>(first + i) / clip.fps.value();
        const float strength = controls.at(time_s).head_motion *
                               core::smoothstep(0.0F, kEaseIn_s, static_cast<float>(time_s));
        const float yaw_rad = strength * kRadPerDegree * kYaw_deg * yaw[i];
        const float pitch_rad = strength * kRadPerDegree * kPitch_deg * pitch[i];
        frame.pose.yaw_rad += yaw_rad;
        frame.pose.pitch_rad += pitch_rad;
        frame.pose.roll_rad += strength * kRadPerDegree * kRoll_deg * roll[i];
        frame.pose.x_cm += strength * kSideways_cm *
                           (kSidewaysOfYaw * yaw[i] + rest_of(kSidewaysOfYaw) * sideways[i]);
        frame.pose.y_cm +=
            strength * kUp_cm * (kUpOfPitch * pitch[i] + rest_of(kUpOfPitch) * up[i]);
        frame.pose.z_cm += strength * kDepth_cm * depth[i];
        keep_looking(yaw_rad, pitch_rad, frame.actions);
    }
}

}  // namespace vasa::drive
