// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "portrait_crop.h"

#include "vasa/core/image.h"

namespace vasa::face {

/// All lengths are pixels of the quarter-size canvas, on which the cut is made.
struct MatteByCutParams {
    float trace = 0.03F;              ///< alpha from which the network sees something of a person
    float sure = 0.6F;                ///< alpha from which it does not doubt
    int wide_px = 7;                  ///< doubt less wide is an edge
    int min_doubt_px2 = 100;          ///< area of wide doubt that is worth a cut
    float none = 0.02F, all = 0.08F;  ///< blurred alpha of which nothing and all is added

    // What the cut begins from.
    float solid = 0.96F;   ///< surely the person, but for its rim
    float likely = 0.5F;   ///< alpha that is rather person than background
    float person = 0.2F;   ///< alpha that may be the person's ...
    float far_px = 28.0F;  ///< ... and background is sure this far from it

    int piece_px = 5;             ///< thinner pieces are the background's
    int num_iterations = 2;       ///< of GrabCut
    double edge_sigma_px = 1.0;   ///< softness of the cut's edge
    double trace_sigma_px = 2.0;  ///< blur of the alpha that `none` and `all` compare
};

/// Hats and head-dresses of which the network sees a little everywhere: where its doubt is wide, a
/// cut between the colours of person and background decides, and may add to the person. Without
/// such areas nothing happens, at no cost.
/// Source: Rother et al., GrabCut (2004), as in OpenCV.
/// @param canvas   [1280, 1280, 3]
/// @param inside   what the image covers of the canvas
/// @param below_y  canvas row below which nothing is added: there shoulders are
/// @param matte    [1280, 1280, 1] 0..1, changed
void cut_doubtful_areas(const core::ImageU8& canvas,
                        const CanvasRect& inside,
                        float below_y,
                        core::ImageF& matte,
                        const MatteByCutParams& params = {});

}  // namespace vasa::face
