// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/filters.h"
#include "vasa/core/rng.h"
#include "vasa/speech/phones.h"

#include <vector>

namespace vasa::drive {

/// Mouth actions of spoken phones over time, 100 Hz, 0..1; the same on both sides.
struct SpokenMouth {
    core::Track jaw, pucker, funnel, stretch, smile, lower_down, upper_up, shrug_lower, tongue_out;
    core::Track tongue_tip, tongue_blade;  ///< head::Tongue
    core::Track shut;                      ///< 1 where the lips are pressed together (P, B, M)
    core::Track bite;                      ///< 1 where the lower lip meets the upper teeth (F, V)
    core::Track ridge,
        palate;  ///< 1 where the tongue's tip (T, D, N, L) or blade (K, G, NG) touches
};

/// Blends the visemes of neighbouring phones by dominance functions (Cohen & Massaro 1993): each
/// phone's shape counts most in its middle and less towards both sides. The lips shut and bite
/// and the tongue touches completely, however short the phone.
///
/// @param loudness   100 Hz, 0..1; its length is that of the result
/// @param amplitude  0..3, multiplies all but the closures and the tongue's place
/// @param rng        personal style and variation from phone to phone
SpokenMouth coarticulate(const std::vector<speech::Phone>& phones,
                         const core::Track& loudness,
                         float amplitude,
                         const core::Rng& rng);

}  // namespace vasa::drive
