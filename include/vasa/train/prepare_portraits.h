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
    std::string out;        ///< folder that gets train_*.safetensors and held_out_*.safetensors
    /// Part of the files' names: several folders may be prepared into one.
    std::string source = "portraits";
    std::string held_out;  ///< file with names of portraits kept out of training, one a line
    std::string model_dir;
    int num_rounds = 1;  ///< times that all portraits are gone through, with other states
    /// Rounds after the first leave out portraits whose lips are nearer than this (gap / distance
    /// of the outer eye corners): they have little more to teach.
    float min_later_gap = 0.06F;
    /// Videos of talking people show what portraits hardly do, mouths open without a smile: of so
    /// many frames, spread over a video, those with lips at least `min_later_gap` apart are used.
    int frames_per_video = 4;
    std::uint64_t seed = 1;

    void check() const;  ///< @throws Error(Usage)
};

struct PreparePortraitsReport {
    int num_files = 0;     ///< one per input and round, those of earlier runs included
    int num_pairs = 0;     ///< made by this run
    int num_held_out = 0;  ///< files of held-back portraits
    std::map<std::string, int> dropped;  ///< reason → inputs
};

/// Makes training pairs of the frame decoder from portraits: each is moved to another pose and
/// expression by the geometry and back again.
///
/// A file per portrait, written atomically: a run that was killed goes on where it was. The files
/// do not depend on the number of threads.
/// @throws Error(Input) if there are no portraits; Error(Output); Error(Interrupted).
PreparePortraitsReport prepare_portraits(const PreparePortraitsOptions& options,
                                         const core::ProgressFn& progress,
                                         const core::StopToken& stop);

}  // namespace vasa::train
