// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/motion/motion_clip.h"

#include <cstdint>
#include <string>

namespace vasa::motion {

/// Version of the CSV format.
constexpr int kMotionFormatVersion = 1;
constexpr std::uint64_t kMaxMotionBytes = std::uint64_t{1} << 30;
constexpr std::int64_t kMaxMotionFrames = 10'000'000;
constexpr float kActionTolerance = 0.1F;
constexpr float kMaxAngle_rad = 6.2831855F;
constexpr float kMaxPosition_cm = 10000.0F;

using head::kNumPoseValues;
using head::kPoseMembers;
/// Names of the pose's values in motion files.
extern const char* const kPoseNames[kNumPoseValues];

/// Whether value k of a pose is finite and within the format's limits.
bool is_valid_pose_value(int k, float value);
/// Whether an action or a value of the tongue is finite and within [0, 1], up to the tolerance.
bool is_valid_action(float value);
/// Whether the tongue ever moves; files of other clips do not have its values.
bool has_tongue(const MotionClip& clip);

/// @throws Error(Output) naming the first value that load_motion() would refuse.
void check_motion(const MotionClip& clip);

/// @throws Error(Input) if the text is not a frame rate.
core::Rational parse_motion_rate(const std::string& text, const std::string& where);

MotionClip load_motion_safetensors(const std::string& path);
void save_motion_safetensors(const std::string& path, const MotionClip& clip, bool overwrite);

}  // namespace vasa::motion
