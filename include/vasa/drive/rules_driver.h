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
    float head_tempo = 1.0F;           ///< speed of head sway and nods, 0.1..3
    float blink_rate_per_min = 18.0F;  ///< 0..60

    void check() const;  ///< @throws Error(Usage)
};

/// Procedural driver: motion from the signal alone, without a learned model.
///
/// Voiced low-band energy drives the jaw; the spectral shape rounds, spreads or closes the lips;
/// stops and silence close them. Blinks, saccades, head sway and nods tied to loudness are added.
/// Actions are absolute (rest = 0), the pose is relative to the portrait's (all zero = unmoved).
///
/// @param speech  mono, speech::kSpeechRate_hz, any level (normalised internally for analysis)
/// @param fps     of the result
/// @return        ceil(duration × fps) frames; metadata {"driver": "rules", "seed": ...}
motion::MotionClip drive_by_rules(const std::vector<float>& speech,
                                  const core::Rational& fps,
                                  const RulesDriverOptions& options);

}  // namespace vasa::drive
