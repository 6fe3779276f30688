// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/eval/clip_scores.h"
#include "vasa/render/render_options.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace vasa::report {

/// One case of a suite, rendered once per seed.
struct SuiteCase {
    std::string name;  ///< letters, digits, '-', '_', '.'; also used in file names
    /// Options of the render with the first seed; `out` is not set yet.
    render::RenderOptions options;
    bool is_frames = false;            ///< scored before encoding, as PNG frames
    std::vector<std::string> ignored;  ///< scores that are left out
    /// Inputs of the scoring, except the clip itself.
    eval::ClipInput score;
    /// Identifies the case in a baseline: its options and all other settings, as in the suite.
    std::map<std::string, std::string> made_from;
    std::vector<std::uint64_t> seeds;
};

/// Reads a suite of `vasa eval --suite`; docs/quality-gate.md has the format.
/// @param inputs     folder of the files that the suite names; empty = the suite's own folder
/// @param model_dir  model folder, for the options
/// @throws Error(Input) for a suite that cannot be used, naming the case; also for missing inputs.
std::vector<SuiteCase> load_suite(const std::string& path,
                                  const std::string& inputs,
                                  const std::string& model_dir);

}  // namespace vasa::report
