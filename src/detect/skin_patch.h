// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

namespace vasa::detect {

constexpr int kPatchSide = 25;
/// Brightness around a point of the skin, sampled upright on the face; a step is 1/64 of the eye
/// distance.
using SkinPatch = std::array<float, std::size_t{kPatchSide} * std::size_t{kPatchSide}>;

/// How well a patch is explained by another one of the same point, moved, turned, sheared, scaled
/// and lit otherwise.
struct PatchMatch {
    bool is_found = false;  ///< false: the patches could not be aligned
    float likeness = 0;     ///< correlation of their fine detail, -1..1
    float light = 0;        ///< logarithm of the ratio of their mean brightness
};

/// Aligns the middle of `first` with `second` by an affine map and a change of gain and offset.
/// Source: Baker and Matthews, Lucas-Kanade 20 Years On (2004), forward additive, section 3.
PatchMatch match_patches(const SkinPatch& first, const SkinPatch& second);

}  // namespace vasa::detect
