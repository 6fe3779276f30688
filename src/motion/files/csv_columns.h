// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "files/motion_files.h"

#include <array>
#include <string>
#include <string_view>

namespace vasa::motion {

/// First line of the files this program writes, up to the version.
constexpr std::string_view kCsvMarker = "# vasa motion ";
/// Columns of the pose's values in the order of kPoseMembers; HeadRoll has the opposite sign.
constexpr std::array<const char*, kNumPoseValues> kPoseColumns = {
    "HeadYaw", "HeadPitch", "HeadRoll", "HeadX", "HeadY", "HeadZ"};
constexpr std::array<const char*, 6> kEyeColumns = {
    "LeftEyeYaw", "LeftEyePitch", "LeftEyeRoll", "RightEyeYaw", "RightEyePitch", "RightEyeRoll"};
/// Columns of the tongue's values in the order of head::kTongueMembers; optional.
constexpr std::array<const char*, head::kNumTongueValues> kTongueColumns = {"TongueTip",
                                                                            "TongueBlade"};

/// An action's column: its name with a capital first letter.
std::string action_column(head::Action action);

/// `text` without blanks at its ends.
std::string_view trim(std::string_view text);

/// Escapes backslashes, line ends and, in keys, '=', so that metadata fits on one line.
std::string escape_metadata(std::string_view text, bool is_key);
std::string unescape_metadata(std::string_view text);

}  // namespace vasa::motion
