// SPDX-License-Identifier: Apache-2.0
#include "lost_rects.h"

#include <algorithm>
#include <cstddef>

namespace vasa::decode {
namespace {

constexpr int kSize = head::kFrameSize_px;
/// Around lost pixels: what the network sees of their surroundings.
constexpr int kContext_px = 16;
static_assert(kContext_px % kLostStride_px == 0);
/// Hidden skin in a cell that is worth a visit; less is left to the geometry.
constexpr float kMinHiddenSkin_px = 80.0F;

/// A rectangle of cells, last ones included.
struct CellBox {
    int left, top, right, bottom;

    bool touches(const CellBox& o) const {
        return left <= o.right + 1 && o.left <= right + 1 && top <= o.bottom + 1 &&
               o.top <= bottom + 1;
    }
};

/// Boxes around neighbouring cells.
template <typename IsLost>
std::vector<CellBox> find_boxes(int num_cells, const IsLost& is_lost) {
    std::vector<CellBox> boxes;
    for (int y = 0; y < num_cells; ++y) {
        for (int x = 0; x < num_cells; ++x) {
            if (!is_lost(static_cast<std::size_t>(y) * num_cells + x)) {
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

PixelRect widened(const CellBox& box) {
    const int x0 = std::max(0, box.left * kLostStride_px - kContext_px);
    const int y0 = std::max(0, box.top * kLostStride_px - kContext_px);
    const int x1 = std::min(kSize, (box.right + 1) * kLostStride_px + kContext_px);
    const int y1 = std::min(kSize, (box.bottom + 1) * kLostStride_px + kContext_px);
    return {x0, y0, x1 - x0, y1 - y0};
}

int area(const PixelRect& rect) {
    return rect.width * rect.height;
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
    return static_cast<int>(y) / kLostStride_px * cells + static_cast<int>(x) / kLostStride_px;
}

}  // namespace

void LostCells::add_inside(float x, float y) {
    const int cell = cell_of(x, y, kCells);
    if (cell >= 0) {
        inside_[cell] = true;
    }
}

void LostCells::add_hidden(float x, float y, float area_px) {
    const int cell = cell_of(x, y, kCells);
    if (cell >= 0) {
        hidden_px_[cell] += area_px;
    }
}

std::vector<PixelRect> LostCells::rects() const {
    // Skin apart from mouth and eyes: a thin line of it along the nose must not join them.
    std::vector<CellBox> boxes = find_boxes(kCells, [this](std::size_t i) { return inside_[i]; });
    const auto skin = find_boxes(kCells, [this](std::size_t i) {
        return !inside_[i] && hidden_px_[i] >= kMinHiddenSkin_px;
    });
    boxes.insert(boxes.end(), skin.begin(), skin.end());
    // Rectangles become one where that is less work.
    std::vector<PixelRect> rects;
    for (const CellBox& box : boxes) {
        PixelRect rect = widened(box);
        for (std::size_t i = 0; i < rects.size();) {
            const PixelRect both = joined(rects[i], rect);
            if (area(both) <= area(rects[i]) + area(rect)) {
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
