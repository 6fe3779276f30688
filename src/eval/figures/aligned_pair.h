// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/geometry.h"
#include "vasa/core/image.h"
#include "vasa/head/face_code.h"
#include "vasa/head/head_model.h"

#include <cstdint>
#include <vector>

namespace vasa::eval {

/// A picture of a person, laid over a frame that shows the same person in the same state.
struct AlignedPair {
    core::ImageU8 truth;                ///< [512, 512, 3]
    std::vector<std::uint8_t> is_skin;  ///< [512 · 512] 1 where both show bare skin of the head
    /// [512 · 512] place on the front of the neutral head: along its surface from the middle to the
    /// image's right, and height.
    std::vector<core::Vec2f> neutral_cm;
};

/// Lays `picture` over frames of `code` in the picture's pose and actions. Both heads are known by
/// their fits: each point of the one is moved onto the same point of the other.
AlignedPair align(const head::HeadModel& model,
                  const head::FaceCode& code,
                  const head::FaceCode& picture);

/// Luminance of a frame against a picture at some pixels.
struct Comparison {
    double error = 0;        ///< mean absolute, after the median difference is removed
    double correlation = 0;  ///< of gradients, at the scale of folds
};
Comparison compare(const core::ImageU8& frame,
                   const core::ImageU8& picture,
                   const std::vector<int>& pixels);

/// A frame of a turned head against a picture of the turned person.
struct TurnedHead {
    double side_error = 0, mask_iou = 0;
};
/// @param alpha  [512, 512] the frame's matte
TurnedHead compare_turned(const core::ImageU8& frame,
                          const core::ImageF& alpha,
                          const head::FaceCode& picture);

}  // namespace vasa::eval
