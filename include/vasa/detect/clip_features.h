// SPDX-License-Identifier: Apache-2.0
// What rendering leaves in a clip of a talking head, whatever its container says
// (docs/detection.md).
#pragma once

#include "vasa/core/progress.h"
#include "vasa/core/stop_token.h"
#include "vasa/detect/face_follower.h"

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace vasa::detect {

/// Features of a part of a clip, in the order of their values.
enum class Feature {
    SkinShading,       ///< spread over time of the skin's brightness, point by point
    SkinFlicker,       ///< the same from frame to frame
    ShadingByTurn,     ///< part of it that follows the head's turns
    ShadingByMouth,    ///< part of it in the lower face that follows the mouth
    Exposure,          ///< spread over time of the whole face's brightness
    HeadTurn,          ///< spread of yaw and pitch
    HeadTravel,        ///< spread of the head's position, eye distances
    HeadJitter,        ///< third differences of the head's position against first ones
    FrozenTexture,     ///< likeness of the skin's detail to that of a second before
    TextureDecay,      ///< how much less that is than the likeness to the frame before
    LocalLight,        ///< change of the light on a piece of skin within a second, against others
    CommonLight,       ///< that of all of them
    MotionBlur,        ///< correlation of sharpness and speed
    BackgroundMotion,  ///< change beside the head within 0.4 s
    BackgroundLight,   ///< spread over time of the brightness beside the head
    MouthRange,        ///< spread of the mouth's opening, eye distances
    MouthSpeed,        ///< its change from frame to frame against its spread
};
constexpr std::size_t kNumFeatures = 17;
/// Names of the features, as model files hold them.
extern const std::array<const char*, kNumFeatures> kFeatureNames;

/// Features of one part; spreads are logarithms, so that ratios are sums. NaN where something
/// cannot be measured, such as a background that the head covers.
using FeatureValues = std::array<double, kNumFeatures>;

struct ClipFeatureParams {
    double rate_hz = 25.0;    ///< frames examined a second; faster clips are thinned out
    double part_s = 6.0;      ///< about two sentences: the head has turned
    double min_part_s = 2.0;  ///< shorter parts hold too little motion
    double max_examined_s = 30.0;
    double min_face_share = 0.8;  ///< frames of a part that must show a face
    double min_eyes_px = 24.0;    ///< smaller faces have too few pixels
};

/// The parts of a clip that can be judged.
struct ClipParts {
    std::vector<FeatureValues> parts;
    double examined_s = 0;
    std::string obstacle;  ///< why there is no part: no face, too small, too short
};

/// Measures a clip part by part.
/// @throws Error(Input) if it cannot be read
ClipParts measure_clip(const std::string& path,
                       FaceFollower& follower,
                       const core::StopToken& stop,
                       const ClipFeatureParams& params = {});

}  // namespace vasa::detect
