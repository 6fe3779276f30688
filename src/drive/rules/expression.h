// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/motion/controls.h"
#include "vasa/motion/motion_clip.h"

#include <cstdint>

namespace vasa::drive {

/// Sizes of expressions. Each part of an expression (raised or knit brows, wide or narrow eyes,
/// glad or sad mouth, wrinkled nose) is a half-wave of a random process with spread 1: 0 half of
/// the time, spread about 0.6, seldom above 2. A field `x_per_y` is action x at 1 of part y.
struct ExpressionParams {
    float ease_in_s = 1.0F;  ///< from the unchanged portrait
    float idle = 0.45F;      ///< strength while the face does not speak
    /// Mean jaw opening in speech.
    float busy_jaw = 0.12F;
    double activity_s = 0.5;  ///< sigma of the jaw's mean over about a second

    // Spread within clips of talking heads divided by that of the processes; smaller for the mouth,
    // which speech already moves.
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

    float raise_yields = 0.4F;  ///< fraction of a brow raise that one unit of knitting removes
    float asymmetry = 0.15F, max_asymmetry = 0.4F;  ///< between the sides: spread and limit
    float shut_press = 0.25F;  ///< mouthPress at which lips meet and the mouth's part is omitted
    float rounded = 0.5F;      ///< pucker or funnel at which it is omitted

    /// Half of a process's power is below the first frequency, half below the second. Brows and
    /// eyes move within a second, moods change over several.
    double brow_slow_hz = 0.5, brow_fast_hz = 2.0;
    double mood_slow_hz = 0.2, mood_fast_hz = 1.0;
    double nose_slow_hz = 0.4, nose_fast_hz = 2.0;
};

/// Adds expressions to speech, blinks and gaze: brows rise and knit, eyes widen and narrow, moods
/// move cheeks and corners of the mouth. These are slow random processes, stronger while the mouth
/// is active; their spread and speed match talking heads. They ease in over the first second and do
/// not move lips that meet or are rounded.
/// @param clip  relative to the portrait; the control "expression" sets the strength
void add_expression(motion::MotionClip& clip,
                    const motion::Controls& controls,
                    std::uint64_t seed,
                    const ExpressionParams& params = {});

}  // namespace vasa::drive
