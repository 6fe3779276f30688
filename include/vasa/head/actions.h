// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace vasa::head {

constexpr int kNumActions = 52;

/// Facial actions with Apple's ARKit names and order; Left and Right are the person's.
/// 0 = rest, 1 = full.
enum class Action : int {
    EyeBlinkLeft,
    EyeLookDownLeft,
    EyeLookInLeft,
    EyeLookOutLeft,
    EyeLookUpLeft,
    EyeSquintLeft,
    EyeWideLeft,
    EyeBlinkRight,
    EyeLookDownRight,
    EyeLookInRight,
    EyeLookOutRight,
    EyeLookUpRight,
    EyeSquintRight,
    EyeWideRight,
    JawForward,
    JawLeft,
    JawRight,
    JawOpen,
    MouthClose,
    MouthFunnel,
    MouthPucker,
    MouthLeft,
    MouthRight,
    MouthSmileLeft,
    MouthSmileRight,
    MouthFrownLeft,
    MouthFrownRight,
    MouthDimpleLeft,
    MouthDimpleRight,
    MouthStretchLeft,
    MouthStretchRight,
    MouthRollLower,
    MouthRollUpper,
    MouthShrugLower,
    MouthShrugUpper,
    MouthPressLeft,
    MouthPressRight,
    MouthLowerDownLeft,
    MouthLowerDownRight,
    MouthUpperUpLeft,
    MouthUpperUpRight,
    BrowDownLeft,
    BrowDownRight,
    BrowInnerUp,
    BrowOuterUpLeft,
    BrowOuterUpRight,
    CheekPuff,
    CheekSquintLeft,
    CheekSquintRight,
    NoseSneerLeft,
    NoseSneerRight,
    TongueOut,
};

/// Values of all actions, indexed by Action.
struct Actions {
    std::array<float, kNumActions> values{};

    float& operator[](Action action) { return values[static_cast<std::size_t>(action)]; }
    float operator[](Action action) const { return values[static_cast<std::size_t>(action)]; }
};

/// ARKit's name, e.g. "jawOpen"; the Live Link Face column is the same with a capital first letter.
std::string_view action_name(Action action);
/// Finds an action by its ARKit name, case-insensitive in the first letter.
std::optional<Action> find_action(std::string_view name);
/// The same action on the other side of the face; central actions map to themselves.
Action mirrored(Action action);
/// All values with left and right exchanged (also jawLeft/jawRight, mouthLeft/mouthRight).
Actions mirrored(const Actions& actions);

/// Direction of one eye relative to the head, radians; yaw > 0 to the image's right, pitch > 0 up.
struct Gaze {
    float yaw_rad = 0;
    float pitch_rad = 0;
};
/// Largest eye rotation, at an eyeLook* value of 1.
constexpr float kGazeYawRange_rad = 0.70F;
constexpr float kGazePitchRange_rad = 0.52F;

/// Converts between gaze and the eight eyeLook* actions. An eye's four values are non-negative; at
/// most one of each opposed pair is above 0.
Gaze left_gaze(const Actions& actions);
Gaze right_gaze(const Actions& actions);
void set_gaze(Actions& actions, Gaze left, Gaze right);

}  // namespace vasa::head
