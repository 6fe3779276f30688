// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "portrait_crop.h"

#include "vasa/core/image.h"
#include "vasa/face/covered_parts.h"
#include "vasa/head/landmarks.h"

#include <string>
#include <vector>

namespace vasa::face {

/// Limits of find_limits(), in distances of the outer eye corners.
struct PortraitLimitParams {
    /// The picture has to show this much above the landmark at the hairline and beside the face's
    /// outline: less hair than this is a cut head.
    float min_hair = 0.25F, min_side = -0.05F, min_chin = 0.0F;
    /// Part of the lips' gap that the fit leaves unexplained: it stays when the model's lips meet.
    float max_open_rest = 0.04F;
    /// Screams are open further than the landmark network ever says, which puts the lower lip of
    /// wider ones on the tongue; a mouth open by 0.31 closes.
    float max_gap = 0.42F;
    /// A tongue over the lower lip: the mouth is open at least this far, and the lip's edge and
    /// what lies below the lip, patches of this radius, differ by less than this (CIE76); open
    /// mouths without one have 14 and more.
    float min_tongue_gap = 0.15F, tongue_reach = 0.03F, same_as_tongue = 10.0F;
};

/// What a clip of this portrait cannot show well, as sentences for warnings.
/// @param inside           part of the canvas that the picture covers
/// @param landmarks        crop pixels
/// @param crop             [512, 512, 3]
/// @param unexplained_gap  see unexplained_gap() in mouth_fit.h
std::vector<std::string> find_limits(const CanvasRect& inside,
                                     const head::Landmarks& landmarks,
                                     const core::ImageU8& crop,
                                     float unexplained_gap,
                                     const CoveredParts& covered,
                                     const PortraitLimitParams& params = {});

}  // namespace vasa::face
