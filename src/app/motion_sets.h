// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/eval/motion_metrics.h"
#include "vasa/motion/motion_clip.h"

#include <map>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace vasa::app {

struct Context;

/// Speech and phones by stem, read once for all sets.
using Utterances = std::map<std::string, eval::MotionSample>;

/// Clips of one folder by stem.
struct MotionSet {
    std::string name;
    std::map<std::string, motion::MotionClip> clips;
    eval::MotionMetrics median;
    int num_clips = 0;
};

/// Adds --set, repeatable, and --names.
void add_motion_set_options(CLI::App& command,
                            std::vector<std::string>& folders,
                            std::string& names_file);

/// The motion files (.safetensors, .csv) of folders.
/// @param names_file  file with the stems to use, one per line; empty = all
/// @throws Error(Input)
std::vector<MotionSet> load_motion_sets(const std::vector<std::string>& folders,
                                        const std::string& names_file);

/// Reads the speech for which any set has motion.
/// @param folder  holds sound or video files, and alignments (.phones) with the same stem
Utterances load_utterances(const std::string& folder,
                           const std::vector<MotionSet>& sets,
                           Context& context);

}  // namespace vasa::app
