// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/eval/clip_scores.h"
#include "vasa/render/render_options.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace vasa::report {

/// One case of a suite, rendered once a seed.
struct SuiteCase {
    std::string name;  ///< letters, digits, '-', '_', '.'; also of files
    /// Of a render of the first seed; no `out` yet.
    render::RenderOptions options;
    bool is_frames = false;            ///< scored before encoding, as PNG frames
    std::vector<std::string> ignored;  ///< scores that are left out
    /// What is scored, but for the clip itself.
    eval::ClipInput score;
    /// What identifies the case in a baseline: the options and all else as the suite has them.
    std::map<std::string, std::string> made_from;
    std::vector<std::uint64_t> seeds;
};

/// Reads a suite of `vasa eval --suite`; docs/quality-gate.md has the format.
/// @param inputs     folder of the files that it names; empty = the suite's own
/// @param model_dir  for the options
/// @throws Error(Input) for a suite that cannot be used, naming the case; also for inputs that are
///         not there.
std::vector<SuiteCase> load_suite(const std::string& path,
                                  const std::string& inputs,
                                  const std::string& model_dir);

}  // namespace vasa::report
