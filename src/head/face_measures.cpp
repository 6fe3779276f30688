// SPDX-License-Identifier: Apache-2.0
#include "vasa/head/face_measures.h"

#include <algorithm>
#include <cmath>

namespace vasa::head {

float eye_distance_px(const Landmarks& landmarks) {
    return core::eye_distance(landmarks);
}

float mouth_gap_px(const Landmarks& landmarks) {
    const core::Vec2f top = landmarks[kInnerLipTop], bottom = landmarks[kInnerLipBottom];
    return std::hypot(top.x - bottom.x, top.y - bottom.y);
}

float mouth_gap(const Landmarks& landmarks) {
    return mouth_gap_px(landmarks) / std::max(1.0F, eye_distance_px(landmarks));
}

float lid_opening(const Landmarks& landmarks, int eye) {
    const core::Vec2f upper = landmarks[kUpperLidMiddle[eye]],
                      lower = landmarks[kLowerLidMiddle[eye]];
    const core::Vec2f a = landmarks[kEyeCorners[eye][0]], b = landmarks[kEyeCorners[eye][1]];
    return std::hypot(upper.x - lower.x, upper.y - lower.y) /
           std::max(1.0F, std::hypot(a.x - b.x, a.y - b.y));
}

core::Vec2f middle_of(const Landmarks& landmarks, int a, int b) {
    return {(landmarks[a].x + landmarks[b].x) / 2, (landmarks[a].y + landmarks[b].y) / 2};
}

core::Vec2f eye_middle(const Landmarks& landmarks, int eye) {
    return middle_of(landmarks, kEyeCorners[eye][0], kEyeCorners[eye][1]);
}

core::Vec2f mouth_middle(const Landmarks& landmarks) {
    return middle_of(landmarks, kInnerLipTop, kInnerLipBottom);
}

}  // namespace vasa::head
