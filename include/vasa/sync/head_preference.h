// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/sync/head_expert.h"

#include <cstdint>
#include <vector>

namespace vasa::sync {

struct HeadPreferenceParams {
    int length = 250;  ///< frames of mouth and head that are compared at once: 10 s
    /// Shorter clips are compared as a whole if they have this many frames; others are left out.
    int min_length = kMinHeadClip;
    int step = 10;         ///< frames from one comparison to the next
    int num_controls = 8;  ///< other mouths for each
    int min_shift = 60;    ///< frames to a control in the same clip: 2.4 s, beyond a phrase
    std::uint64_t seed = 1;
};

/// How often the expert prefers a head's own mouth to one from another place.
struct HeadPreference {
    /// Shares (0..1; .5 = chance; ties count half) against all controls, and against those of the
    /// same clip and of other clips; NaN without such controls.
    double share = 0, same_clip = 0, other_clip = 0;
    int num_clips = 0;        ///< compared
    int num_short_clips = 0;  ///< of these, shorter than `length` and compared as a whole
    int num_left_out = 0;     ///< too short
    int num_controls = 0;     ///< comparisons with a control
};

/// Compares each stretch of head motion with its own mouth and with mouths from other places; a
/// stretch counts by its mean similarity over windows. The clips are each other's controls.
/// @param clips  windows of mouth and head, as many of both
/// @throws Error(Usage) for params outside their ranges
HeadPreference head_preference(const std::vector<HeadEmbedding>& clips,
                               const HeadPreferenceParams& params = {});

}  // namespace vasa::sync
