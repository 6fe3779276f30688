// SPDX-License-Identifier: Apache-2.0
#include "vasa/head/actions.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <string>

namespace vasa::head {
namespace {

constexpr std::array<std::string_view, kNumActions> kNames = {
    "eyeBlinkLeft",      "eyeLookDownLeft",    "eyeLookInLeft",
    "eyeLookOutLeft",    "eyeLookUpLeft",      "eyeSquintLeft",
    "eyeWideLeft",       "eyeBlinkRight",      "eyeLookDownRight",
    "eyeLookInRight",    "eyeLookOutRight",    "eyeLookUpRight",
    "eyeSquintRight",    "eyeWideRight",       "jawForward",
    "jawLeft",           "jawRight",           "jawOpen",
    "mouthClose",        "mouthFunnel",        "mouthPucker",
    "mouthLeft",         "mouthRight",         "mouthSmileLeft",
    "mouthSmileRight",   "mouthFrownLeft",     "mouthFrownRight",
    "mouthDimpleLeft",   "mouthDimpleRight",   "mouthStretchLeft",
    "mouthStretchRight", "mouthRollLower",     "mouthRollUpper",
    "mouthShrugLower",   "mouthShrugUpper",    "mouthPressLeft",
    "mouthPressRight",   "mouthLowerDownLeft", "mouthLowerDownRight",
    "mouthUpperUpLeft",  "mouthUpperUpRight",  "browDownLeft",
    "browDownRight",     "browInnerUp",        "browOuterUpLeft",
    "browOuterUpRight",  "cheekPuff",          "cheekSquintLeft",
    "cheekSquintRight",  "noseSneerLeft",      "noseSneerRight",
    "tongueOut",
};

constexpr std::string_view kLeft = "Left";
constexpr std::string_view kRight = "Right";

char to_lower_ascii(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

std::array<Action, kNumActions> make_mirror_table() {
    std::array<Action, kNumActions> table{};
    for (int i = 0; i < kNumActions; ++i) {
        const std::string_view name = kNames[i];
        std::string other(name);
        if (ends_with(name, kLeft)) {
            other.replace(other.size() - kLeft.size(), kLeft.size(), kRight);
        } else if (ends_with(name, kRight)) {
            other.replace(other.size() - kRight.size(), kRight.size(), kLeft);
        }
        table[i] = find_action(other).value();
    }
    return table;
}

/// The four look actions of one eye. `outwards_sign` is the sign of the yaw that looks outwards.
struct EyeActions {
    Action in, out, up, down;
    float outwards_sign;
};

// The person's left eye is at the image's right, so it looks outwards with positive yaw.
constexpr EyeActions kLeftEye = {Action::EyeLookInLeft,
                                 Action::EyeLookOutLeft,
                                 Action::EyeLookUpLeft,
                                 Action::EyeLookDownLeft,
                                 1.0F};
constexpr EyeActions kRightEye = {Action::EyeLookInRight,
                                  Action::EyeLookOutRight,
                                  Action::EyeLookUpRight,
                                  Action::EyeLookDownRight,
                                  -1.0F};

Gaze eye_gaze(const Actions& actions, const EyeActions& eye) {
    Gaze gaze;
    gaze.yaw_rad = eye.outwards_sign * kGazeYawRange_rad * (actions[eye.out] - actions[eye.in]);
    gaze.pitch_rad = kGazePitchRange_rad * (actions[eye.up] - actions[eye.down]);
    return gaze;
}

void set_eye_gaze(Actions& actions, const EyeActions& eye, const Gaze& gaze) {
    const float outwards =
        std::clamp(eye.outwards_sign * gaze.yaw_rad / kGazeYawRange_rad, -1.0F, 1.0F);
    const float upwards = std::clamp(gaze.pitch_rad / kGazePitchRange_rad, -1.0F, 1.0F);
    actions[eye.out] = std::max(outwards, 0.0F);
    actions[eye.in] = std::max(-outwards, 0.0F);
    actions[eye.up] = std::max(upwards, 0.0F);
    actions[eye.down] = std::max(-upwards, 0.0F);
}

}  // namespace

std::string_view action_name(Action action) {
    const int index = static_cast<int>(action);
    if (index < 0 || index >= kNumActions) {
        throw core::Error(core::ErrorKind::Internal,
                          "action index " + std::to_string(index) + ", expected 0 to 51");
    }
    return kNames[index];
}

std::optional<Action> find_action(std::string_view name) {
    if (name.empty()) {
        return std::nullopt;
    }
    for (int i = 0; i < kNumActions; ++i) {
        if (to_lower_ascii(name[0]) == kNames[i][0] && name.substr(1) == kNames[i].substr(1)) {
            return static_cast<Action>(i);
        }
    }
    return std::nullopt;
}

Action mirrored(Action action) {
    static const std::array<Action, kNumActions> table = make_mirror_table();
    return table.at(static_cast<std::size_t>(action));
}

Actions mirrored(const Actions& actions) {
    Actions result;
    for (int i = 0; i < kNumActions; ++i) {
        result[mirrored(static_cast<Action>(i))] = actions.values[i];
    }
    return result;
}

Gaze left_gaze(const Actions& actions) {
    return eye_gaze(actions, kLeftEye);
}

Gaze right_gaze(const Actions& actions) {
    return eye_gaze(actions, kRightEye);
}

void set_gaze(Actions& actions, Gaze left, Gaze right) {
    set_eye_gaze(actions, kLeftEye, left);
    set_eye_gaze(actions, kRightEye, right);
}

}  // namespace vasa::head
