// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/rational.h"
#include "vasa/motion/motion_clip.h"

#include <cstdint>
#include <vector>

namespace vasa::drive {

struct RulesDriverOptions {
    std::uint64_t seed = 0;
    float amplitude = 1.0F;            ///< of mouth motion, 0..3
    float head_motion = 1.0F;          ///< of head sway and nods, 0..3
    float blink_rate_per_min = 18.0F;  ///< 0..60

    void check() const;  ///< @throws Error(Usage)
};

/// Motion from the signal alone: no learned model.
///
/// Jaw from voiced low-band energy, lips rounded, spread or closed from the spectral shape,
/// closures at stops and in silence; blinks, saccades, head sway and nods tied to loudness. Actions
/// are absolute (rest = 0), the pose is relative to the portrait's (all zero = unmoved).
///
/// @param speech  mono, speech::kSpeechRate_hz, any level (normalised inside for analysis)
/// @param fps     of the result
/// @return        ceil(duration × fps) frames; metadata {"driver": "rules", "seed": ...}
motion::MotionClip drive_by_rules(const std::vector<float>& speech,
                                  const core::Rational& fps,
                                  const RulesDriverOptions& options);

}  // namespace vasa::drive
