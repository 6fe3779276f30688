// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace vasa::head {

/// Groups of folds of the skin that appear together.
enum class Fold {
    Smile,     ///< from nose to mouth, beside the mouth, cheeks
    Squint,    ///< beside and below the eyes
    BrowUp,    ///< across the forehead
    BrowDown,  ///< between the brows
};
constexpr int kNumFolds = 4;

/// Bytes of SkinFolds hold the logarithm of a brightness: kFoldStep · (byte - kFoldZero).
constexpr float kFoldStep = 0.006F;
constexpr int kFoldZero = 128;

}  // namespace vasa::head
