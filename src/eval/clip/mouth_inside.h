// SPDX-License-Identifier: Apache-2.0
// What an open mouth shows: teeth, tongue and gums, or a dark hole.
#pragma once

#include "vasa/core/image.h"
#include "vasa/head/landmarks.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace vasa::eval {

/// What counts as what, relative to the median luminance of the cheeks.
struct MouthInsideParams {
    /// Lip gap / distance of the outer eye corners above which a mouth counts as open, and wide.
    std::array<double, 2> min_gap = {0.06, 0.15};
    float min_teeth_level = 0.62F;       ///< luminance; darker ones cannot be told from tongue
    float max_teeth_saturation = 0.38F;  ///< (max - min) / max of RGB: tongues are redder
    float max_dark_level = 0.28F;        ///< luminance
    float min_red_over_green = 1.25F;    ///< of tongue and gums
    float cheek_radius = 0.08F;          ///< of each cheek's disc, of the eye distance
    int min_pixels = 30;                 ///< of the opening; fewer say nothing
};

/// Shares of the pixels between the inner edges of the lips of one frame.
struct MouthInside {
    double gap = 0;  ///< lip gap / distance of the outer eye corners
    double dark = 0, teeth = 0, flesh = 0;
    double teeth_level = 0;  ///< mean luminance of teeth / the cheeks' median; NaN without teeth
    /// Mean gradient of the luminance between the lips / on the lips; NaN if the lips are flat.
    double gradient = 0;
    bool is_measured = false;  ///< false if the opening has too few pixels
};
MouthInside look_inside(const core::ImageU8& rgb,
                        const head::Landmarks& landmarks,
                        const MouthInsideParams& params = {});

/// Scores of a clip, means over the frames whose mouths are open, by name; NaN without such frames.
std::vector<std::pair<std::string, double>> mouth_scores(const std::vector<MouthInside>& frames,
                                                         const MouthInsideParams& params = {});

}  // namespace vasa::eval
