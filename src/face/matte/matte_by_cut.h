// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "portrait_crop.h"

#include "vasa/core/image.h"

namespace vasa::face {

/// All lengths are pixels of the quarter-size canvas, on which the cut is made.
struct MatteByCutParams {
    float trace = 0.03F;              ///< alpha from which the network sees a trace of a person
    float sure = 0.6F;                ///< alpha from which the network is sure
    int wide_px = 7;                  ///< narrower doubt is an edge
    int min_doubt_px2 = 100;          ///< minimum area of wide doubt for a cut
    float none = 0.02F, all = 0.08F;  ///< blurred alpha at which nothing and all is added

    // Start of the cut.
    float solid = 0.96F;   ///< surely the person, except for its rim
    float likely = 0.5F;   ///< alpha that is more likely person than background
    float person = 0.2F;   ///< alpha that may be the person's ...
    float far_px = 28.0F;  ///< ... and background is sure this far from it

    int piece_px = 5;             ///< thinner pieces are background
    int num_iterations = 2;       ///< of GrabCut
    double edge_sigma_px = 1.0;   ///< softness of the cut's edge
    double trace_sigma_px = 2.0;  ///< blur of the alpha that is compared with `none` and `all`
};

/// Hats and head-dresses in which the network sees a little of a person everywhere: where its doubt
/// is wide, a cut between the colours of person and background decides, and may add to the person.
/// Without such areas nothing changes, at no cost.
/// Source: Rother et al., GrabCut (2004), as in OpenCV.
/// @param canvas   [1280, 1280, 3]
/// @param inside   part of the canvas that the image covers
/// @param below_y  canvas row below which nothing is added: shoulders are there
/// @param matte    [1280, 1280, 1] 0..1, modified
void cut_doubtful_areas(const core::ImageU8& canvas,
                        const CanvasRect& inside,
                        float below_y,
                        core::ImageF& matte,
                        const MatteByCutParams& params = {});

}  // namespace vasa::face
