// SPDX-License-Identifier: Apache-2.0
// How skin folds and shades under expressions: fields on a map of the face.
#pragma once

#include "vasa/core/geometry.h"
#include "vasa/head/actions.h"
#include "vasa/head/fold.h"
#include "vasa/head/rasterizer.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <Eigen/Core>

namespace vasa::head {

class HeadModel;

/// A plane map of the front of the neutral head: a cylinder about a vertical axis through the head,
/// unrolled. x grows to the image's right, y downwards.
struct SkinMap {
    static constexpr float kTexel_cm = 0.05F;  ///< below a frame pixel of a face that fills a frame
    static constexpr float kAxisZ_cm = -2.0F, kRadius_cm = 9.0F;
    static constexpr float kTop_cm = 9.5F;                 ///< height of the upper border
    static constexpr int kHalfWidth = 170, kHeight = 410;  ///< texels
    static constexpr int kWidth = 2 * kHalfWidth;          ///< texels

    /// Place of a point of the neutral head, texels.
    static core::Vec2f place(const Eigen::RowVector3f& neutral_cm);
    /// The neutral head's skin at each texel, [kHeight, kWidth]; none where the map shows no skin.
    static std::vector<RasterSample> samples(const HeadModel& model);
};

/// Strength of each group on one side of the face, indexed by Fold; 1 = a full expression.
using FoldStrengths = std::array<float, kNumFolds>;

/// The folds that actions make, the person's right side (image left) first.
std::array<FoldStrengths, 2> fold_strengths(const Actions& actions);

/// Logarithm of the skin's brightness relative to skin that only moves, at strength 1.
struct SkinFolds {
    /// Name of the tensor in a file.
    static constexpr const char* kTensor = "folds";

    /// @throws Error(Model) if the file is missing, damaged or of another version.
    static SkinFolds load(const std::string& path);

    /// [SkinMap::kHeight, SkinMap::kHalfWidth, kNumFolds] from the middle of the face to the
    /// image's right; the other side is its mirror image.
    std::vector<std::uint8_t> half;

    static constexpr std::size_t num_values() {
        return static_cast<std::size_t>(SkinMap::kHeight) * SkinMap::kHalfWidth * kNumFolds;
    }
    /// Both sides, [SkinMap::kHeight, SkinMap::kWidth, kNumFolds].
    std::vector<std::uint8_t> both_sides() const;
};

}  // namespace vasa::head
