// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/eval/clip_scores.h"

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace vasa::report {

/// {"clip", "frames", "fps", "frame_hash", "scores": {name: {"value", "version"}}}
nlohmann::json scores_as_json(const std::string& name, const eval::ClipScores& scores);

/// One line per score, next to the values of VASA-1's own clips.
std::string score_table(const eval::ClipScores& scores);

/// Plots of mouth opening with loudness, head angles and eyes, and the table.
core::ImageU8 score_plot(const std::string& name, const eval::ClipScores& scores);

/// Writes `folder`/index.html with frames, curves and table; needs no other files or sites.
/// @throws Error(Output), also if the page exists and `overwrite` is false.
void save_score_report(const std::string& folder,
                       const std::string& name,
                       const eval::ClipScores& scores,
                       bool overwrite);

}  // namespace vasa::report
