// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/motion/controls.h"
#include "vasa/motion/motion_clip.h"

#include <cstddef>
#include <cstdint>

namespace vasa::drive {

/// Sizes of expressions. Each part of an expression (raised or knit brows, wide or narrow eyes,
/// glad or sad mouth, wrinkled nose) is a half-wave of a random process of spread 1: 0 half of the
/// time, about 0.6 in its own spread, seldom above 2. Fields `x_per_y` are the action at 1 of the
/// part.
struct ExpressionParams {
    float ease_in_s = 1.0F;  ///< from the portrait as it is
    float idle = 0.45F;      ///< strength of a face that does not speak
    /// Mean opening of a jaw that speaks.
    float busy_jaw = 0.12F;
    double activity_s = 0.5;  ///< sigma of the mean of the jaw: over about a second

    // Spread within clips of talking heads over that of the processes; of the mouth less, which the
    // speech moves already.
    float outer_brow_per_raise = 0.14F;
    float inner_brow_per_raise = 0.17F;
    float brow_down_per_knit = 0.30F;
    float eye_squint_per_knit = 0.05F;
    float eye_wide_per_widen = 0.14F;
    float eye_squint_per_narrow = 0.13F;
    float cheek_squint_per_glad = 0.07F;
    float nose_sneer_per_wrinkle = 0.07F;
    float mouth_smile_per_glad = 0.16F;
    float mouth_dimple_per_glad = 0.06F;
    float mouth_frown_per_sad = 0.10F;

    float raise_yields = 0.4F;  ///< fraction of raised brows that a unit of knit ones takes away
    float asymmetry = 0.15F, max_asymmetry = 0.4F;  ///< of both sides: spread and limit
    float shut_press = 0.25F;  ///< mouthPress at which lips meet, and the mouth's part is left out
    float rounded = 0.5F;      ///< pucker or funnel at which it is left out

    /// A process is half below the first frequency and half below the second. Brows and eyes move
    /// within a second, moods pass within several.
    double brow_slow_hz = 0.5, brow_fast_hz = 2.0;
    double mood_slow_hz = 0.2, mood_fast_hz = 1.0;
    double nose_slow_hz = 0.4, nose_fast_hz = 2.0;
};

/// What a talking face does besides speaking, blinking and looking about: brows rise and knit, eyes
/// widen and narrow, moods pass over cheeks and corners of the mouth. Slow random processes,
/// livelier while the mouth is busy; their spread and their speed are those of talking heads. Comes
/// in over the first second, and leaves the lips alone where they meet or are rounded.
/// @param clip  relative to the portrait; strengths by the control "expression"
void add_expression(motion::MotionClip& clip,
                    const motion::Controls& controls,
                    std::uint64_t seed,
                    const ExpressionParams& params = {});

/// add_expression() to the frames [first, end) alone.
/// @param clip  has reach_of_expression() frames before and after them, or all there are
void add_expression(motion::MotionClip& clip,
                    std::size_t first,
                    std::size_t end,
                    const motion::Controls& controls,
                    std::uint64_t seed,
                    const ExpressionParams& params = {});

/// Frames before and after one that tell how busy the mouth is.
std::size_t reach_of_expression(const core::Rational& fps, const ExpressionParams& params = {});

}  // namespace vasa::drive
