// SPDX-License-Identifier: Apache-2.0
// The list of landmarks: positions of MediaPipe's 478 points on a face.
//
// Only this file defines these indices, except those that the networks' code also needs (counts,
// eye and mouth corners): they come from vasa/core/face_mesh.h. The order of the networks' outputs
// is defined in `vision`.
#pragma once

#include "vasa/core/face_mesh.h"
#include "vasa/core/geometry.h"

#include <array>
#include <cstddef>

namespace vasa::head {

using core::kLeftIris;
using core::kMouthLeft;
using core::kMouthRight;
using core::kNumIrisLandmarks;
using core::kNumLandmarks;
using core::kNumMeshLandmarks;
using core::kRightIris;

/// The 478 landmarks of one face in an image, pixels.
using Landmarks = std::array<core::Vec2f, kNumLandmarks>;
/// The landmarks on the skin, pixels.
using MeshLandmarks = std::array<core::Vec2f, kNumMeshLandmarks>;

/// First landmark of each iris; right eye (image left) first, as in all pairs below.
constexpr std::array<int, 2> kIrises = {core::kRightIris, core::kLeftIris};

/// Corners of each eye, from the image's left to its right.
constexpr std::array<std::array<int, 2>, 2> kEyeCorners = {
    {{core::kRightEyeOuter, core::kRightEyeInner}, {core::kLeftEyeInner, core::kLeftEyeOuter}}};

/// Closed edge of the lids, starting at the outer corner along the lower lid.
constexpr std::array<std::array<int, 16>, 2> kLidEdges = {
    {{33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246},
     {263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466}}};
/// The upper lid's edge with both corners, from the image's left to its right.
constexpr std::array<std::array<int, 9>, 2> kUpperLidEdge = {
    {{33, 246, 161, 160, 159, 158, 157, 173, 133}, {362, 398, 384, 385, 386, 387, 388, 466, 263}}};
/// The lower lid's edge, in the same order.
constexpr std::array<std::array<int, 9>, 2> kLowerLidEdge = {
    {{33, 7, 163, 144, 145, 153, 154, 155, 133}, {362, 382, 381, 380, 374, 373, 390, 249, 263}}};
/// Middle of the lids' edges.
constexpr std::array<int, 2> kUpperLidMiddle = {159, 386};
constexpr std::array<int, 2> kLowerLidMiddle = {145, 374};

/// Upper edge of each brow, from its outer end inwards.
constexpr std::array<std::array<int, 5>, 2> kBrowTop = {
    {{70, 63, 105, 66, 107}, {300, 293, 334, 296, 336}}};
/// Lower edge of each brow, from the image's left to its right.
constexpr std::array<std::array<int, 5>, 2> kBrowBottom = {
    {{46, 53, 52, 65, 55}, {285, 295, 282, 283, 276}}};

/// Closed inner edge of the lips.
constexpr std::array<int, 20> kInnerLips = {78,  191, 80,  81,  82,  13, 312, 311, 310, 415,
                                            308, 324, 318, 402, 317, 14, 87,  178, 88,  95};
/// Middles of the lips' inner edges; their distance is the mouth gap.
constexpr int kInnerLipTop = 13, kInnerLipBottom = 14;
/// Closed outer edge of the lips, from the right corner along the lower lip.
constexpr std::array<int, 20> kOuterLips = {61,  146, 91,  181, 84,  17, 314, 405, 321, 375,
                                            291, 409, 270, 269, 267, 0,  37,  39,  40,  185};
/// Middle of the lips' outer edge.
constexpr int kOuterLipTop = 0, kOuterLipBottom = 17;

constexpr int kNoseTip = 1;
/// Bridge of the nose, downwards.
constexpr std::array<int, 6> kNoseBridge = {6, 168, 197, 195, 5, 4};
constexpr std::array<int, 2> kCheeks = {50, 280};
constexpr std::array<int, 2> kTemples = {127, 356};
constexpr int kChin = 152;
constexpr int kForeheadTop = 10;
/// Widest points of the face, in front of the ears.
constexpr std::array<int, 2> kFaceSides = {234, 454};

/// Closed outline of the face, clockwise in the image, from the top of the forehead. These
/// landmarks slide along it as the head turns.
constexpr std::array<int, 36> kFaceOval = {
    10,  338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58,  132, 93,  234, 127, 162, 21,  54,  103, 67,  109};
/// Samples of the outline: temples, cheeks, jaw, chin and forehead.
constexpr std::array<int, 10> kOutlineSamples = {127, 234, 58, 172, 152, 397, 288, 454, 356, 10};

/// True for the landmarks of kFaceOval.
constexpr bool is_oval_landmark(int landmark) {
    for (const int oval : kFaceOval) {
        if (oval == landmark) {
            return true;
        }
    }
    return false;
}

}  // namespace vasa::head
