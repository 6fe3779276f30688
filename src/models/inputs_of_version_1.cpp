// SPDX-License-Identifier: Apache-2.0
#include "inputs_of_version_1.h"

#include <string>
#include <vector>

namespace vasa::models {
namespace {

const std::vector<std::string> kConditions = {
    "red - 0.5",  "green - 0.5",   "blue - 0.5",       "visibility",
    "alpha",      "skin",          "mouth_lining",     "gums",
    "tongue",     "teeth_upper",   "teeth_lower",      "eye",
    "card",       "facing_x",      "facing_y",         "facing_z",
    "shading",    "rest_x / 8 cm", "rest_y / 8 cm",    "rest_z / 8 cm",
    "tooth_sine", "tooth_cosine",  "log2 source_scale"};

/// The actions of a motion vector: ARKit's blendshapes without gaze.
const std::vector<std::string> kPlainActions = {"eyeBlinkLeft",
                                                "eyeSquintLeft",
                                                "eyeWideLeft",
                                                "eyeBlinkRight",
                                                "eyeSquintRight",
                                                "eyeWideRight",
                                                "jawForward",
                                                "jawLeft",
                                                "jawRight",
                                                "jawOpen",
                                                "mouthClose",
                                                "mouthFunnel",
                                                "mouthPucker",
                                                "mouthLeft",
                                                "mouthRight",
                                                "mouthSmileLeft",
                                                "mouthSmileRight",
                                                "mouthFrownLeft",
                                                "mouthFrownRight",
                                                "mouthDimpleLeft",
                                                "mouthDimpleRight",
                                                "mouthStretchLeft",
                                                "mouthStretchRight",
                                                "mouthRollLower",
                                                "mouthRollUpper",
                                                "mouthShrugLower",
                                                "mouthShrugUpper",
                                                "mouthPressLeft",
                                                "mouthPressRight",
                                                "mouthLowerDownLeft",
                                                "mouthLowerDownRight",
                                                "mouthUpperUpLeft",
                                                "mouthUpperUpRight",
                                                "browDownLeft",
                                                "browDownRight",
                                                "browInnerUp",
                                                "browOuterUpLeft",
                                                "browOuterUpRight",
                                                "cheekPuff",
                                                "cheekSquintLeft",
                                                "cheekSquintRight",
                                                "noseSneerLeft",
                                                "noseSneerRight",
                                                "tongueOut"};

/// @param is_relative  gaze and depth are relative to the controls
std::vector<std::string> motion_values(bool is_relative) {
    const std::string beyond = is_relative ? " beyond control" : "";
    std::vector<std::string> values = {"yaw_rad", "pitch_rad", "roll_rad", "x_cm", "y_cm"};
    for (const char* name : {"z_cm", "gaze_yaw_rad", "gaze_pitch_rad"}) {
        values.push_back(name + beyond);
    }
    values.insert(values.end(), kPlainActions.begin(), kPlainActions.end());
    return values;
}

const std::vector<std::string> kControls = {"gaze_yaw_rad",
                                            "gaze_pitch_rad",
                                            "distance - 1",
                                            "happy",
                                            "sad",
                                            "angry",
                                            "surprised",
                                            "afraid",
                                            "disgusted",
                                            "contempt",
                                            "gaze is known",
                                            "distance is known",
                                            "emotion is known"};

}  // namespace

NetworkInputs inputs_of_version_1(FileKind kind) {
    switch (kind) {
        case FileKind::FrameDecoder:
            return {{"conditions", kConditions}};
        case FileKind::MotionNetwork:
            return {{"motion", motion_values(true)},
                    {"controls", kControls},
                    {"speech", {"whisper base, block 4"}}};
        case FileKind::SyncExpert:
            return {{"motion", motion_values(false)}, {"speech", {"whisper base, block 4"}}};
        case FileKind::SpeechEncoder:
            return {
                {"log_mel", {"80 bands", "400 samples a window", "160 samples a hop", "16000 Hz"}}};
        default:
            return {};
    }
}

}  // namespace vasa::models
