// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/head/landmarks.h"

#include <vector>

namespace vasa::face {

/// Another face in the picture: centre and height from brows to chin, canvas pixels.
struct OtherFace {
    core::Vec2f centre;
    float size_px = 0;
};

/// Takes people beside the speaker out of the matte, so that they stay where they are, as a part of
/// the background.
///
/// Speaker and others are told apart by watersheds of colour, flooded from heads and chests. A
/// small face on the speaker's chest is a print: it moves along.
/// @param canvas  [1280, 1280, 3]
/// @param matte   [1280, 1280, 1] of all people
void drop_other_people(const core::ImageU8& canvas,
                       const head::Landmarks& crop_landmarks,
                       const std::vector<OtherFace>& others,
                       core::ImageF& matte);

}  // namespace vasa::face
