// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/decode/pixel_record.h"
#include "vasa/head/face_code.h"

#include <array>
#include <vector>

namespace vasa::decode {

/// Rectangles' sides and corners are multiples of this, so that a network that halves the
/// resolution repeatedly sees every pixel at the same place of its grid in every frame.
constexpr int kPatchStride_px = 16;

/// Collects the places of a frame that the network has to paint.
class DisoccludedCells {
  public:
    /// Adds the opening between lips or lids.
    /// @param edge  their edges, frame pixels; not empty
    void add_opening(const std::vector<core::Vec2f>& edge);
    /// Adds some skin that the portrait does not show.
    void add_hidden(float x, float y, float area_px);

    /// Rectangles that hold all added places with context. They may overlap; openings come last, so
    /// that they cover the result of a neighbour that contains half of a mouth.
    std::vector<PixelRect> rects() const;

  private:
    static constexpr int kCells = head::kFrameSize_px / kPatchStride_px;

    std::vector<PixelRect> openings_;
    std::array<bool, static_cast<std::size_t>(kCells) * kCells> inside_{};
    std::array<float, static_cast<std::size_t>(kCells) * kCells> hidden_px_{};
};

}  // namespace vasa::decode
