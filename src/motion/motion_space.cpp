// SPDX-License-Identifier: Apache-2.0
#include "vasa/motion/motion_space.h"

#include "vasa/head/action_groups.h"
#include "vasa/motion/controlled_motion.h"

#include <algorithm>

namespace vasa::motion {
namespace {

using head::Action;

std::array<Action, kNumPlainActions> list_plain_actions() {
    std::array<Action, kNumPlainActions> list{};
    std::size_t count = 0;
    for (int k = 0; k < head::kNumActions; ++k) {
        if (!head::is_gaze_action(static_cast<Action>(k))) {
            list[count++] = static_cast<Action>(k);
        }
    }
    return list;
}

constexpr int kDepthIndex = 5;

}  // namespace

const std::array<Action, kNumPlainActions>& plain_actions() {
    static const std::array<Action, kNumPlainActions> list = list_plain_actions();
    return list;
}

std::vector<std::string> motion_value_names(bool is_relative) {
    const std::string beyond = is_relative ? " beyond control" : "";
    std::vector<std::string> names = {"yaw_rad",
                                      "pitch_rad",
                                      "roll_rad",
                                      "x_cm",
                                      "y_cm",
                                      "z_cm" + beyond,
                                      "gaze_yaw_rad" + beyond,
                                      "gaze_pitch_rad" + beyond};
    for (const Action action : plain_actions()) {
        names.emplace_back(head::action_name(action));
    }
    names.insert(names.end(), head::kTongueNames.begin(), head::kTongueNames.end());
    return names;
}

std::vector<std::string> control_value_names() {
    std::vector<std::string> names = {"gaze_yaw_rad", "gaze_pitch_rad", "distance - 1"};
    for (int k = 0; k < kNumEmotions; ++k) {
        names.emplace_back(emotion_name(static_cast<Emotion>(k)));
    }
    return names;
}

MotionVector to_motion_vector(const MotionFrame& frame) {
    const head::Gaze left = head::left_gaze(frame.actions);
    const head::Gaze right = head::right_gaze(frame.actions);
    MotionVector vector{};
    const auto pose = head::pose_values(frame.pose);
    std::copy(pose.begin(), pose.end(), vector.begin());
    vector[kGazeIndex] = 0.5F * (left.yaw_rad + right.yaw_rad);
    vector[kGazeIndex + 1] = 0.5F * (left.pitch_rad + right.pitch_rad);
    for (int k = 0; k < kNumPlainActions; ++k) {
        vector[kFirstActionIndex + k] = frame.actions[plain_actions()[k]];
    }
    for (int k = 0; k < head::kNumTongueValues; ++k) {
        vector[kTongueIndex + k] = frame.tongue.*head::kTongueMembers[k];
    }
    return vector;
}

MotionFrame from_motion_vector(const MotionVector& vector) {
    MotionFrame frame;
    frame.pose = head::pose_from_values(vector.data());
    const head::Gaze gaze = {
        std::clamp(vector[kGazeIndex], -head::kGazeYawRange_rad, head::kGazeYawRange_rad),
        std::clamp(vector[kGazeIndex + 1], -head::kGazePitchRange_rad, head::kGazePitchRange_rad)};
    head::set_gaze(frame.actions, gaze, gaze);
    for (int k = 0; k < kNumPlainActions; ++k) {
        frame.actions[plain_actions()[k]] = std::clamp(vector[kFirstActionIndex + k], 0.0F, 1.0F);
    }
    for (int k = 0; k < head::kNumTongueValues; ++k) {
        frame.tongue.*head::kTongueMembers[k] = std::clamp(vector[kTongueIndex + k], 0.0F, 1.0F);
    }
    return frame;
}

ControlVector to_control_vector(const ControlFrame& control) {
    ControlVector vector = {control.gaze.yaw_rad, control.gaze.pitch_rad, control.distance - 1.0F};
    std::copy(control.emotion.begin(), control.emotion.end(), vector.begin() + 3);
    return vector;
}

MotionVector with_control(const MotionVector& relative, const ControlVector& control) {
    MotionVector result = relative;
    result[kGazeIndex] += control[0];
    result[kGazeIndex + 1] += control[1];
    result[kDepthIndex] -= kUsualDistance_cm * control[2];
    return result;
}

MotionVector relative_to_control(const MotionVector& vector, const ControlVector& control) {
    return with_control(vector, {-control[0], -control[1], -control[2]});
}

MotionVector mirrored_motion(const MotionVector& vector) {
    MotionVector result = vector;
    for (const int k : {0, 2, 3, kGazeIndex}) {  // yaw, roll, x, gaze yaw
        result[k] = -vector[k];
    }
    for (int k = 0; k < kNumPlainActions; ++k) {
        const Action other = head::mirrored(plain_actions()[k]);
        const auto place = std::find(plain_actions().begin(), plain_actions().end(), other);
        result[kFirstActionIndex + k] =
            vector[kFirstActionIndex + (place - plain_actions().begin())];
    }
    return result;
}

ControlVector mirrored_control(const ControlVector& control) {
    ControlVector result = control;
    result[0] = -control[0];
    return result;
}

}  // namespace vasa::motion
