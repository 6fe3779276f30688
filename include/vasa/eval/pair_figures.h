// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/progress.h"
#include "vasa/core/stop_token.h"
#include "vasa/head/skin_folds.h"

#include <array>
#include <string>
#include <vector>

namespace vasa::eval {

/// Places at which a smile changes skin.
enum class SmileRegion { Cheeks, NoseMouth, EyeCorners };
constexpr int kNumSmileRegions = 3;

/// A smile made from a neutral picture, compared with the person's true smile.
struct SmileFigures {
    /// Mean absolute error of luminance / that of geometry alone.
    double error = 0;
    /// Correlation of the luminance's gradient with the true one's, and that of geometry alone.
    double correlation = 0, correlation_of_geometry = 0;
};

/// A head turned to 45° from a front picture, compared with the person's picture from there.
struct TurnFigures {
    int num_pictures = 0;
    double side_error = 0;  ///< 0–255, on the side of the head that the front picture hardly shows
    double mask_iou = 0;    ///< of head and hair above the chin
};

/// Figures of pairs of pictures of the same people.
struct PairFigures {
    int num_persons = 0, num_smiles = 0;  ///< persons, and sides of faces that smile
    std::array<SmileFigures, kNumSmileRegions> smiles;
    TurnFigures turns;
};

struct PairMeasureOptions {
    std::string model_dir;
    /// Folder with `neutral_front`, `smiling_front`, `neutral_left_3quarter` and
    /// `neutral_right_3quarter`: one picture a person, with the same name in each.
    std::string pairs;
    std::vector<std::string> persons;  ///< names without extension
    head::SkinFolds folds;             ///< that are measured
    float min_smile = 0.2F;            ///< strength of Fold::Smile beyond the neutral picture's
    core::ProgressFn progress;
    core::StopToken stop;
};

/// @throws Error(Input) if no person can be used.
PairFigures measure_pairs(const PairMeasureOptions& options);

/// Fields that must fail: the folds of another expression in place of each.
head::SkinFolds exchanged_folds(const head::SkinFolds& folds);
/// The folds one centimetre above their place.
head::SkinFolds displaced_folds(const head::SkinFolds& folds);

}  // namespace vasa::eval
