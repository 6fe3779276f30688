// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/head/head_model.h"
#include "vasa/motion/motion_clip.h"

#include <array>
#include <string>
#include <vector>

namespace vasa::motion {

/// Features per frame of mouth_activity().
constexpr int kMouthActivityWidth = 6;
/// Their names, in order.
constexpr std::array<const char*, kMouthActivityWidth> kMouthActivityNames = {"lip_gap",
                                                                              "mouth_width",
                                                                              "lip_gap_speed",
                                                                              "mouth_width_speed",
                                                                              "syllable_activity",
                                                                              "phrase_activity"};
/// Names them in shards and networks; another meaning needs another name.
inline const std::string kMouthActivityFeatures = "mouth activity, version 1";

struct MouthActivityParams {
    /// The rest of a mouth is this percentile of its gap: closed lips and short openings.
    double rest_percentile = 0.1;
    /// Smallest spread that a mouth is scaled by, eye distances: a silent mouth stays silent.
    float min_gap_spread = 0.01F, min_width_spread = 0.01F;
    float syllable_frames = 3.0F;  ///< sigma of the activity over about a syllable
    float phrase_frames = 12.0F;   ///< sigma of the activity over about a phrase
    float limit = 6.0F;            ///< of every feature; larger values are tracking errors
};

/// What a mouth does, in units that are the same for every speaker: what recordings without sound
/// and mouths made from phones have in common.
///
/// Features: lip gap and mouth width (relative to the clip's rest, unit: the clip's own spread),
/// their speeds (spread 1), and the mean absolute speed of the gap over a syllable and a phrase.
///
/// @param frames  25 fps; only jaw and mouth actions matter
/// @return        [frames, kMouthActivityWidth]
std::vector<float> mouth_activity(const std::vector<MotionFrame>& frames,
                                  const head::HeadModel& model,
                                  const MouthActivityParams& params = {});

}  // namespace vasa::motion
