// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "skin_patch.h"

#include "vasa/core/image.h"
#include "vasa/vision/face_landmarker.h"

#include <array>
#include <vector>

namespace vasa::detect {

/// Landmarks on plain skin whose brightness is followed: forehead, nose, cheeks; then the lower
/// face, which moves with the jaw.
constexpr std::array<int, 24> kSkinPoints = {151, 9,   108, 337, 69,  299, 6,   197,
                                             5,   50,  280, 117, 346, 205, 425, 187,
                                             411, 123, 352, 199, 175, 208, 428, 200};
constexpr std::size_t kNumSkinPoints = kSkinPoints.size();
/// Of them, those of the lower face.
constexpr std::size_t kFirstLowerPoint = 19;

/// Landmarks whose surroundings are compared over time: skin with detail.
constexpr std::array<int, 10> kPatchPoints = {9, 108, 337, 6, 197, 50, 280, 205, 425, 5};

/// The eye distance that frames are scaled to, pixels: coarse enough that an encoder's losses at
/// moderate rates do not matter.
constexpr float kEyes_px = 64.0F;

/// What one frame shows of a face. Lengths are eye distances.
struct FaceSample {
    std::array<float, kNumSkinPoints> skin{};  ///< brightness, 0..255
    std::array<SkinPatch, kPatchPoints.size()> patches{};
    float x = 0, y = 0;        ///< middle of the eyes
    float yaw = 0, pitch = 0;  ///< place of the nose between the eyes and below them: no angles
    float mouth_gap = 0;       ///< between the inner lips
    float sharpness = 0;       ///< logarithm of the energy of the face's gradients
};

/// @param luma  one channel, scaled so that the eyes are kEyes_px apart
/// @param face  landmarks in its pixels
FaceSample sample_face(const core::ImageF& luma, const vision::FaceLandmarks& face);

/// A frame's luma, resized to `scale` times its size, and landmarks with it.
core::ImageF scaled_luma(const core::ImageU8& rgb, double scale);
vision::FaceLandmarks scaled(const vision::FaceLandmarks& face, double scale);

}  // namespace vasa::detect
