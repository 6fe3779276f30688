// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/head/face_code.h"
#include "vasa/head/head_model.h"
#include "vasa/head/skin_folds.h"
#include "vasa/train/skin_fold_trainer.h"

#include <array>
#include <vector>

namespace vasa::train {

/// Both sides of a face in two pictures, the person's right side first.
/// @param map  SkinMap::samples()
std::array<FoldExample, 2> fold_examples(const head::HeadModel& model,
                                         const std::vector<head::RasterSample>& map,
                                         const head::FaceCode& neutral,
                                         const head::FaceCode& smiling);

/// Where folds can be learned, [SkinMap::kHeight, SkinMap::kHalfWidth], 0..1: not on lips,
/// nostrils, lashes and brows, where the fit of two pictures differs by more than a fold's width,
/// nor near hair.
std::vector<float> learnable(const head::HeadModel& model);

}  // namespace vasa::train
