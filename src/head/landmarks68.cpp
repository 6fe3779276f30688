// SPDX-License-Identifier: Apache-2.0
#include "vasa/head/landmark68_fit.h"

#include <cmath>

namespace vasa::head {
namespace {

float distance_px(const Landmarks68& lm, int a, int b) {
    return std::hypot(lm[a].x - lm[b].x, lm[a].y - lm[b].y);
}

}  // namespace

const std::array<int, kNumLandmarks68> kMeshOfLandmarks68 = {
    127, 234, 93,  58,  172, 136, 150, 176, 152, 400, 379, 365, 397, 288, 323, 454, 356,  // outline
    70,  63,  105, 66,  107, 336, 296, 334, 293, 300,                                     // brows
    168, 197, 5,   4,   75,  97,  2,   326, 305,                                          // nose
    33,  160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380,                           // eyes
    61,  39,  37,  0,   267, 269, 291, 405, 314, 17,  84,  181,  // lips, outer edge
    78,  82,  13,  312, 308, 317, 14,  87};                      // lips, inner edge

float eye_distance_px(const Landmarks68& landmarks) {
    return distance_px(landmarks, 36, 45);
}

float lid_opening(const Landmarks68& lm) {
    const float sum = distance_px(lm, 37, 41) + distance_px(lm, 38, 40) + distance_px(lm, 43, 47) +
                      distance_px(lm, 44, 46);
    return sum / 4 / eye_distance_px(lm);
}

float mouth_gap(const Landmarks68& landmarks) {
    return distance_px(landmarks, 62, 66) / eye_distance_px(landmarks);
}

}  // namespace vasa::head
