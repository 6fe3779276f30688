// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/head/skin_folds.h"

#include <vector>

namespace vasa::train {

/// Folds of raised and of lowered brows. No pictures of them exist under a licence that allows
/// their use, so they are drawn: lines of one shape, dark in the furrow and lighter below it, where
/// the skin faces a light from above.
/// @param fold  Fold::BrowUp or Fold::BrowDown
/// @return      [SkinMap::kHeight, SkinMap::kHalfWidth] change of the logarithm of luminance
std::vector<float> draw_folds(head::Fold fold);

}  // namespace vasa::train
