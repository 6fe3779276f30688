// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/progress.h"
#include "vasa/core/stop_token.h"
#include "vasa/head/skin_folds.h"
#include "vasa/models/model_files.h"

#include <array>
#include <string>
#include <vector>

namespace vasa::train {

struct SkinFoldTrainOptions {
    /// Folder with `neutral_front` and `smiling_front`: pictures of the same light, one a person,
    /// with the same name in both.
    std::string pairs;
    std::string held_out;   ///< file of persons kept for measuring, see core::is_listed()
    std::string model_dir;  ///< head model and vision networks
    std::string out = std::string("models/") + models::kSkinFoldsFile;
    std::string command;   ///< recorded in the file
    std::string revision;  ///< recorded in the file
    core::ProgressFn progress;
    core::StopToken stop;

    void check() const;  ///< @throws Error(Usage)
};

/// One side of a face in two pictures, mirrored to the image's right.
struct FoldExample {
    /// [SkinMap::kHeight, SkinMap::kHalfWidth] logarithm of the second picture's luminance over the
    /// first's.
    std::vector<float> change;
    std::vector<float> weight;        ///< likewise: 0 where a picture does not show the place
    head::FoldStrengths strengths{};  ///< of the second picture beyond the first's
};

/// Heuristics of fit_folds().
struct FoldFitParams {
    /// Pull towards no fold: one person at strength .5 is no evidence.
    float prior = 0.5F;
    int num_passes = 5;     ///< of reweighting
    float outlier = 0.08F;  ///< change that is not explained beyond which an example counts less
};

/// The change at strength 1 of Smile and Squint, by robust linear regression at each texel.
/// @return  [kHeight, kHalfWidth] for each
std::array<std::vector<float>, 2> fit_folds(const std::vector<FoldExample>& examples,
                                            const FoldFitParams& params = {});

struct SkinFoldTrainResult {
    int num_persons = 0, num_held_out = 0, num_left_out = 0;
    /// Mean absolute change of the skin between nose, mouth and cheek that the folds leave, of that
    /// without folds; persons that were learned from.
    float unexplained = 0;
};

/// Learns the folds of smiles and squints from pairs of pictures, and draws those of brows, of
/// which there are no pairs; writes `out` atomically.
/// @throws Error(Input) if the folder has no pairs.
SkinFoldTrainResult train_skin_folds(const SkinFoldTrainOptions& options);

}  // namespace vasa::train
