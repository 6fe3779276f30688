// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "portrait_crop.h"

#include "vasa/core/image.h"
#include "vasa/head/landmarks.h"
#include "vasa/vision/person_segmenter.h"

namespace vasa::face {

/// Person matte of the canvas, [1280, 1280, 1] f32: segmented on the canvas, refined to its edges,
/// solid on the face, continued below the chin where the image ends, without small holes and pieces
/// not connected to the person.
/// @param inside  part of the canvas that the image covers
core::ImageF make_matte(const core::ImageU8& canvas,
                        const CanvasRect& inside,
                        const head::Landmarks& crop_landmarks,
                        vision::PersonSegmenter& segmenter);

}  // namespace vasa::face
