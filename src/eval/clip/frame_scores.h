// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "motion/landmark_curves.h"

#include "vasa/core/image.h"
#include "vasa/head/face_code.h"

#include <array>
#include <cstdint>
#include <vector>

namespace vasa::eval {

/// Parts of a face whose sharpness is compared.
enum class SharpRegion { Face, Mouth, Eyes };
constexpr int kNumSharpRegions = 3;

/// Mean squared gradient of the luminance in each region, in units of the face's size (so that a
/// larger picture of the same face is not sharper).
std::array<double, kNumSharpRegions> gradient_energy(const core::ImageU8& rgb,
                                                     const head::Landmarks& landmarks);

/// Structural similarity of the luminance of two images of equal size, mean over 11×11 Gaussian
/// windows. Source: Wang et al., Image Quality Assessment (2004), eq. 13.
double ssim(const core::ImageU8& a, const core::ImageU8& b);

/// Contrast across a person's outline: mean absolute luminance difference between pixels 3 px
/// inside and 3 px outside (of 512), above the chin.
/// @param mask  [m, m, 1] probability of the person, of the same field of view
double outline_contrast(const core::ImageU8& rgb,
                        const core::ImageF& mask,
                        const head::Landmarks& landmarks);

/// Background far from the person, where nothing should move.
class StillBackground {
  public:
    /// @param crop_from_frame  maps pixels of the clip to pixels of the code's crop
    StillBackground(const head::FaceCode& code,
                    const core::Affine2& crop_from_frame,
                    int width,
                    int height);

    /// Adds the change from one frame to the next, outside the area around the face.
    void add(const core::ImageU8& before,
             const core::ImageU8& after,
             const head::Landmarks& landmarks);

    /// Mean absolute change per pixel and frame, 0–255; NaN if there is no background.
    double flicker() const;

  private:
    std::vector<std::uint8_t> is_still_;  // [height, width]
    double sum_ = 0;
    std::int64_t count_ = 0;
};

}  // namespace vasa::eval
