// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/eval/clip_scores.h"

#include <string>
#include <vector>

namespace vasa::eval {

/// What a clip was scored with.
struct GivenInputs {
    bool has_sound = false;
    bool is_silent = false;  ///< its sound has no sample above the threshold of silence
    std::string no_expert;   ///< why the sync expert has no opinion; empty if it has one
    bool has_image = false;
    bool has_image_size = false;  ///< the clip's frames are as large as the portrait's crop
};

/// Names the scores of score_fields() that a clip does not have, by cause.
std::vector<MissingScores> find_missing(const std::vector<Score>& scores,
                                        const ClipInput& input,
                                        const GivenInputs& given);

}  // namespace vasa::eval
