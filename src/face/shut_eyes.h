// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/head/actions.h"
#include "vasa/head/landmarks.h"

#include <array>

namespace vasa::face {

/// When an eye counts as shut. The landmark network often takes shut lids for half open ones.
struct ShutEyeParams {
    /// head::lid_opening() that decides alone: below it nothing of an iris shows, above it the eye
    /// is open, whatever its colours (statues).
    float shut = 0.12F, open = 0.30F;
    /// Between them, both eyes are shut if the places of both irises are nearly as light as the
    /// skin below: more than `light`, and than this plus `light_slope` times the opening beyond
    /// `narrow`. Of a place's pixels by luminance the share `darkest` is looked at: lashes of shut
    /// lids are fewer. Narrow open eyes have 0.2, eyes of blue-eyed and statues up to 0.7, shut
    /// ones 0.43 to 1.
    float darkest = 0.3F, light = 0.5F, light_slope = 3.0F, narrow = 0.2F;
    float iris_part = 0.8F;                       ///< of the iris' radius: inside its edge
    float skin_below = 0.3F, skin_radius = 0.1F;  ///< of the eye's width, from the lower lid
};

/// Whether eyes are shut, right eye (image left) first.
/// @param crop       [512, 512, 3] sRGB
/// @param landmarks  crop pixels
std::array<bool, 2> find_shut_eyes(const core::ImageU8& crop,
                                   const head::Landmarks& landmarks,
                                   const ShutEyeParams& params = {});

/// Closes the lids of shut eyes in landmarks and actions, so that they open fully. Such an eye
/// looks ahead.
void close_shut_eyes(const std::array<bool, 2>& shut,
                     head::Landmarks& landmarks,
                     head::Actions& actions);

}  // namespace vasa::face
