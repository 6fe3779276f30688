// SPDX-License-Identifier: Apache-2.0
#include "vasa/decode/frame_painter.h"

#include "vasa/core/error.h"
#include "vasa/head/face_code.h"

#include <algorithm>
#include <array>

namespace vasa::decode {
namespace {

constexpr int kSize = head::kFrameSize_px;
constexpr int kCell_px = 16, kCells = kSize / kCell_px;
/// Around lost pixels: what the network sees of their surroundings.
constexpr int kContext_px = 32;
/// Hidden skin in a cell that is worth a visit; less is left to the geometry.
constexpr int kMinHiddenSkin_px = 24;

/// A rectangle of cells, last ones included.
struct CellBox {
    int left, top, right, bottom;

    bool touches(const CellBox& o) const {
        return left <= o.right + 1 && o.left <= right + 1 && top <= o.bottom + 1 &&
               o.top <= bottom + 1;
    }
};

std::array<bool, static_cast<std::size_t>(kCells) * kCells> mark_cells(
    const GeometryBuffers& buffers) {
    std::array<bool, static_cast<std::size_t>(kCells) * kCells> marked{};
    std::array<int, static_cast<std::size_t>(kCells) * kCells> hidden{};
    constexpr int kSkin = static_cast<int>(head::Part::Skin) + 1, kCard = 255;
    for (int y = 0; y < kSize; ++y) {
        const std::uint8_t* part = buffers.part.row(y);
        const float* visibility = buffers.visibility.row(y);
        for (int x = 0; x < kSize; ++x) {
            const std::size_t cell = static_cast<std::size_t>(y / kCell_px) * kCells + x / kCell_px;
            if (part[x] == kSkin) {
                hidden[cell] += visibility[x] < 0.5F ? 1 : 0;
            } else if (part[x] != 0 && part[x] != kCard) {
                marked[cell] = true;
            }
        }
    }
    for (std::size_t i = 0; i < marked.size(); ++i) {
        marked[i] = marked[i] || hidden[i] >= kMinHiddenSkin_px;
    }
    return marked;
}

PixelRect widened(const CellBox& box, int stride_px) {
    const auto down = [&](int v) { return v / stride_px * stride_px; };
    const auto up = [&](int v) { return (v + stride_px - 1) / stride_px * stride_px; };
    const int x0 = down(std::max(0, box.left * kCell_px - kContext_px));
    const int y0 = down(std::max(0, box.top * kCell_px - kContext_px));
    const int x1 = std::min(kSize, up((box.right + 1) * kCell_px + kContext_px));
    const int y1 = std::min(kSize, up((box.bottom + 1) * kCell_px + kContext_px));
    return {x0, y0, x1 - x0, y1 - y0};
}

bool overlap(const PixelRect& a, const PixelRect& b) {
    return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height &&
           b.y < a.y + a.height;
}

PixelRect joined(const PixelRect& a, const PixelRect& b) {
    const int x0 = std::min(a.x, b.x), y0 = std::min(a.y, b.y);
    return {x0,
            y0,
            std::max(a.x + a.width, b.x + b.width) - x0,
            std::max(a.y + a.height, b.y + b.height) - y0};
}

}  // namespace

std::vector<PixelRect> find_lost_rects(const GeometryBuffers& buffers, int stride_px) {
    const auto marked = mark_cells(buffers);
    // Boxes around neighbouring cells.
    std::vector<CellBox> boxes;
    for (int y = 0; y < kCells; ++y) {
        for (int x = 0; x < kCells; ++x) {
            if (!marked[static_cast<std::size_t>(y) * kCells + x]) {
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
    // Every pixel is painted once.
    std::vector<PixelRect> rects;
    for (const CellBox& box : boxes) {
        PixelRect rect = widened(box, stride_px);
        for (std::size_t i = 0; i < rects.size();) {
            if (overlap(rects[i], rect)) {
                rect = joined(rects[i], rect);
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

Precision parse_precision(const std::string& name) {
    constexpr std::array<std::pair<const char*, Precision>, 4> kNames = {
        {{"auto", Precision::Auto},
         {"fp32", Precision::Fp32},
         {"bf16", Precision::Bf16},
         {"fp16", Precision::Fp16}}};
    for (const auto& [known, precision] : kNames) {
        if (name == known) {
            return precision;
        }
    }
    throw core::Error(core::ErrorKind::Usage,
                      "precision is '" + name + "', expected auto, fp32, bf16 or fp16");
}

}  // namespace vasa::decode
