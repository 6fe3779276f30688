// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "matte/matte_of_others.h"
#include "portrait_crop.h"

#include "vasa/core/image.h"
#include "vasa/head/landmarks.h"
#include "vasa/vision/person_segmenter.h"

#include <vector>

namespace vasa::face {

/// Person matte of the canvas, [1280, 1280, 1] f32: segmented on the canvas, refined to its edges,
/// solid on the face, continued below the chin where the image ends, without small holes and pieces
/// not connected to the person.
/// @param inside  part of the canvas that the image covers
/// @param others  faces of other people, who are left out
core::ImageF make_matte(const core::ImageU8& canvas,
                        const CanvasRect& inside,
                        const head::Landmarks& crop_landmarks,
                        const std::vector<OtherFace>& others,
                        vision::PersonSegmenter& segmenter);

}  // namespace vasa::face
