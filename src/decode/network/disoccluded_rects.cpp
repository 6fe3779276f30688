// SPDX-License-Identifier: Apache-2.0
#include "network/disoccluded_rects.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace vasa::decode {
namespace {

constexpr int kSize = head::kFrameSize_px;
constexpr int kNumCells = kSize / kPatchStride_px;
/// Minimum context that the network sees around an opening, and around hidden skin.
constexpr float kOpeningContext_px = 12.0F;
constexpr int kSkinContext_cells = 1;
/// Fixed cost of a rectangle, in pixels.
constexpr int kWorkOfOne_px = 2800;
/// How far an opening may reach beyond the landmarks on its edge.
constexpr float kEdgeDoubt_px = 4.0F;
/// Minimum hidden skin in a cell that the network paints; less is left to the geometry.
constexpr float kMinHiddenSkin_px = 80.0F;

/// A rectangle of cells, last ones included.
struct CellBox {
    int left, top, right, bottom;

    bool is_empty() const { return left > right || top > bottom; }
    bool touches(const CellBox& o) const {
        return left <= o.right + 1 && o.left <= right + 1 && top <= o.bottom + 1 &&
               o.top <= bottom + 1;
    }
};

/// Boxes around groups of neighbouring cells.
template <typename IsDisoccluded>
std::vector<CellBox> find_boxes(int num_cells, const IsDisoccluded& is_disoccluded) {
    std::vector<CellBox> boxes;
    for (int y = 0; y < num_cells; ++y) {
        for (int x = 0; x < num_cells; ++x) {
            if (!is_disoccluded(static_cast<std::size_t>(y) * num_cells + x)) {
                continue;
            }
            CellBox box{x, y, x, y};
            for (std::size_t i = 0; i < boxes.size();) {
                if (boxes[i].touches(box)) {
                    box = {std::min(box.left, boxes[i].left),
                           std::min(box.top, boxes[i].top),
                           std::max(box.right, boxes[i].right),
                           std::max(box.bottom, boxes[i].bottom)};
                    boxes.erase(boxes.begin() + static_cast<std::ptrdiff_t>(i));
                    i = 0;
                } else {
                    ++i;
                }
            }
            boxes.push_back(box);
        }
    }
    return boxes;
}

PixelRect rect_of(const CellBox& box) {
    return {box.left * kPatchStride_px,
            box.top * kPatchStride_px,
            (box.right + 1 - box.left) * kPatchStride_px,
            (box.bottom + 1 - box.top) * kPatchStride_px};
}

/// Cells of the frame that a box with some margin touches.
CellBox cells_around(core::Vec2f first, core::Vec2f last, float margin_px) {
    const auto cell = [](float place) {
        return static_cast<int>(
            std::floor(std::clamp(place, -1.0F, kSize + 1.0F) / kPatchStride_px));
    };
    return {std::max(cell(first.x - margin_px), 0),
            std::max(cell(first.y - margin_px), 0),
            std::min(cell(last.x + margin_px), kNumCells - 1),
            std::min(cell(last.y + margin_px), kNumCells - 1)};
}

CellBox widened(const CellBox& box) {
    return {std::max(box.left - kSkinContext_cells, 0),
            std::max(box.top - kSkinContext_cells, 0),
            std::min(box.right + kSkinContext_cells, kNumCells - 1),
            std::min(box.bottom + kSkinContext_cells, kNumCells - 1)};
}

int work_of(const PixelRect& rect) {
    return rect.width * rect.height + kWorkOfOne_px;
}

PixelRect joined(const PixelRect& a, const PixelRect& b) {
    const int x0 = std::min(a.x, b.x), y0 = std::min(a.y, b.y);
    return {x0,
            y0,
            std::max(a.x + a.width, b.x + b.width) - x0,
            std::max(a.y + a.height, b.y + b.height) - y0};
}

/// Cell of a frame pixel, or -1 outside.
int cell_of(float x, float y, int cells) {
    if (!(x >= 0 && y >= 0 && x < static_cast<float>(kSize) && y < static_cast<float>(kSize))) {
        return -1;
    }
    return static_cast<int>(y) / kPatchStride_px * cells + static_cast<int>(x) / kPatchStride_px;
}

}  // namespace

void DisoccludedCells::add_opening(const std::vector<core::Vec2f>& edge) {
    core::Vec2f first = edge.front(), last = edge.front();
    for (const core::Vec2f& point : edge) {
        first = {std::min(first.x, point.x), std::min(first.y, point.y)};
        last = {std::max(last.x, point.x), std::max(last.y, point.y)};
    }
    const CellBox inside = cells_around(first, last, kEdgeDoubt_px);
    const CellBox box = cells_around(first, last, kOpeningContext_px);
    if (inside.is_empty()) {
        return;  // beyond the frame
    }
    openings_.push_back(rect_of(box));
    for (int y = inside.top; y <= inside.bottom; ++y) {
        for (int x = inside.left; x <= inside.right; ++x) {
            inside_[static_cast<std::size_t>(y) * kCells + x] = true;
        }
    }
}

void DisoccludedCells::add_hidden(float x, float y, float area_px) {
    const int cell = cell_of(x, y, kCells);
    if (cell >= 0) {
        hidden_px_[cell] += area_px;
    }
}

std::vector<PixelRect> DisoccludedCells::rects() const {
    // Skin is boxed separately: a thin line of it along the nose must not join mouth and eyes.
    std::vector<PixelRect> found;
    for (const CellBox& box : find_boxes(kCells, [this](std::size_t i) {
             return !inside_[i] && hidden_px_[i] >= kMinHiddenSkin_px;
         })) {
        found.push_back(rect_of(widened(box)));
    }
    found.insert(found.end(), openings_.begin(), openings_.end());
    // Merge rectangles where that is less work.
    std::vector<PixelRect> rects;
    for (PixelRect rect : found) {
        for (std::size_t i = 0; i < rects.size();) {
            const PixelRect both = joined(rects[i], rect);
            if (work_of(both) <= work_of(rects[i]) + work_of(rect)) {
                rect = both;
                rects.erase(rects.begin() + static_cast<std::ptrdiff_t>(i));
                i = 0;
            } else {
                ++i;
            }
        }
        rects.push_back(rect);
    }
    return rects;
}

}  // namespace vasa::decode
