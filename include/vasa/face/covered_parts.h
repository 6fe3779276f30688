// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/head/actions.h"
#include "vasa/head/landmarks.h"

namespace vasa::face {

/// Parts of a face behind a mask, a scarf or sunglasses.
struct CoveredParts {
    bool mouth = false;
    bool eyes = false;
};

/// Limits of find_covered_parts(); colours are CIE L*a*b*, differences CIE76 or, for chroma, those
/// of a* and b* alone. Found on 1266 portraits: the nearest that are not covered are named.
struct CoveredPartParams {
    /// Contrast of the line where the lips meet; uncovered mouths have 20 to 35, one between a
    /// beard and a moustache 2 to 6.
    float flat_line = 4.0F;
    /// Difference of the lips and what surrounds them, beards 3.7 and more.
    float same_as_lips = 3.5F;
    /// Difference of what surrounds the lips and the forehead.
    float not_skin = 8.0F;
    /// A fold or pattern of the cover may look like a mouth; its chroma then has to differ from the
    /// forehead's by more than any beard's (16).
    float foreign_mouth = 20.0F;
    /// Opening of the lids in eye distances: behind glasses the landmark network takes eyes for
    /// open (0.07 and more), while closed ones, also in deep colours, have less than 0.04.
    float min_open = 0.05F;
    /// Chroma of the surroundings of both eyes against skin: eye shadow reaches 26.
    float foreign_eyes = 28.0F;
    /// Dark lenses differ from skin well below the eyes, where shadows and bags under the eyes have
    /// ended, and show little of the eyes: the differences of two strips from skin, in units of
    /// its lightness, less the weighted spread of colours between the lids. Lenses have 0.84 to
    /// 2.1, the darkest eyes without glasses 0.81, all but four of 1229 less than 0.6.
    float eye_weight = 2.5F, least_lens = 0.82F;
};

/// Finds out whether mouth or eyes are covered: they then do not differ from what surrounds them,
/// which differs from the skin.
/// @param crop       [512, 512, 3] sRGB
/// @param landmarks  crop pixels
CoveredParts find_covered_parts(const core::ImageU8& crop,
                                const head::Landmarks& landmarks,
                                const CoveredPartParams& params = {});

/// Keeps covered lips and lids closed, so that neither mouth nor eyes are painted on their cover.
void close_covered_parts(head::Actions& actions, const CoveredParts& covered);

}  // namespace vasa::face
