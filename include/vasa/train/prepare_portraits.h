// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/progress.h"
#include "vasa/core/stop_token.h"

#include <cstdint>
#include <map>
#include <string>

namespace vasa::train {

struct PreparePortraitsOptions {
    std::string portraits;  ///< folder of images and videos, one person each
    std::string out;        ///< folder for train_*.safetensors and held_out_*.safetensors
    /// Part of the files' names: several folders may be prepared into one.
    std::string source = "portraits";
    std::string held_out;  ///< file with names of held-out portraits, one per line
    std::string model_dir;
    int num_rounds = 1;  ///< passes over all portraits, each with other states
    /// Rounds after the first skip portraits whose lips are closer than this (gap / distance of the
    /// outer eye corners), because they add little.
    float min_later_gap = 0.06F;
    /// Frames sampled across a video; those with lips at least `min_later_gap` apart are used.
    /// Videos of talking people show open mouths without a smile, which are rare in portraits.
    int frames_per_video = 4;
    std::uint64_t seed = 1;

    void check() const;  ///< @throws Error(Usage)
};

struct PreparePortraitsReport {
    int num_files = 0;                   ///< one per input and round, including earlier runs
    int num_pairs = 0;                   ///< made by this run
    int num_held_out = 0;                ///< files of held-out portraits
    std::map<std::string, int> dropped;  ///< reason → inputs
};

/// Makes training pairs of the frame decoder from portraits: each is moved to another pose and
/// expression by the geometry and back again.
///
/// Each portrait's file is written atomically: after a kill, the next run resumes at that point.
/// The files do not depend on the number of threads.
/// @throws Error(Input) if there are no portraits; Error(Output); Error(Interrupted).
PreparePortraitsReport prepare_portraits(const PreparePortraitsOptions& options,
                                         const core::ProgressFn& progress,
                                         const core::StopToken& stop);

}  // namespace vasa::train
