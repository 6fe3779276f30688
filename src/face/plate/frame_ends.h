// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"

namespace vasa::face {

/// How a person ends who reaches beyond the frame.
struct FrameEndParams {
    /// Canvas pixels along the frame's side over which an end is rounded: of shoulders about an
    /// upper arm's width; hair above the frame becomes a dome.
    float side_roundness_px = 220.0F, top_roundness_px = 2000.0F;
    float min_matte = 0.5F;  ///< where the frame's edge cuts the person
    float soft_px = 3.0F;    ///< canvas pixels over which the arc fades
};

/// Rounds off what reaches over the frame's sides and top, within the canvas' margin: a person who
/// moves away shows shoulders that end like arms, not where the canvas does. Nothing inside the
/// frame changes.
/// @param matte  [1280, 1280, 1] person matte of the canvas
void round_frame_ends(core::ImageF& matte, const FrameEndParams& params = {});

}  // namespace vasa::face
