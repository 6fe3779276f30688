// SPDX-License-Identifier: Apache-2.0
#include "plate/frame_ends.h"

#include "vasa/head/face_code.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace vasa::face {
namespace {

constexpr int kMargin = head::kCanvasMargin_px;
constexpr int kSize = head::kCanvasSize_px;

enum class Side { Left, Right, Top };

/// A pixel by its place along a side of the frame, and beyond it (0 = the frame's last pixel).
float& at(core::ImageF& matte, Side side, int along, int beyond) {
    switch (side) {
        case Side::Left:
            return *matte.at(kMargin - beyond, along);
        case Side::Right:
            return *matte.at(kSize - 1 - kMargin + beyond, along);
        case Side::Top:
            break;
    }
    return *matte.at(along, kMargin - beyond);
}

/// Pixels of the person along a side of the frame, first to end.
struct Run {
    int first = 0, end = 0;
};

std::vector<Run> runs_at(core::ImageF& matte, Side side, float min_matte) {
    std::vector<Run> runs;
    for (int k = 0; k < kSize; ++k) {
        const bool is_person = at(matte, side, k, 0) >= min_matte;
        if (is_person && !runs.empty() && runs.back().end == k) {
            ++runs.back().end;
        } else if (is_person) {
            runs.push_back({k, k + 1});
        }
    }
    return runs;
}

/// Cover inside a run's arcs, 0..1. An end at the canvas' border is no end of the person.
/// @param beyond  from the frame's edge (0) to the canvas' (1)
float cover_of(const Run& run, float along, float beyond, float roundness_px, float soft_px) {
    const bool has_first = run.first > 0, has_end = run.end < kSize;
    const auto length = static_cast<float>(run.end - run.first);
    const float radius = std::min(roundness_px, has_first && has_end ? length / 2 : length);
    const float drop = radius * (1 - std::sqrt(std::max(0.0F, 1 - beyond * beyond)));
    const float after_first =
        has_first ? along - (static_cast<float>(run.first) + drop) : static_cast<float>(kSize);
    const float before_end =
        has_end ? static_cast<float>(run.end) - drop - along : static_cast<float>(kSize);
    return std::clamp(std::min(after_first, before_end) / soft_px + 0.5F, 0.0F, 1.0F);
}

}  // namespace

void round_frame_ends(core::ImageF& matte, const FrameEndParams& params) {
    for (const Side side : {Side::Left, Side::Right, Side::Top}) {
        const std::vector<Run> runs = runs_at(matte, side, params.min_matte);
        const float roundness_px =
            side == Side::Top ? params.top_roundness_px : params.side_roundness_px;
        for (int k = 1; k <= kMargin; ++k) {
            const float beyond = static_cast<float>(k) / kMargin;
            // The canvas' last pixels fade out, as its edge would be a hard cut.
            const float fade =
                std::clamp(static_cast<float>(kMargin - k) / params.soft_px, 0.0F, 1.0F);
            for (int i = 0; i < kSize; ++i) {
                float cover = 0;
                for (const Run& run : runs) {
                    cover = std::max(cover,
                                     cover_of(run,
                                              static_cast<float>(i) + 0.5F,
                                              beyond,
                                              roundness_px,
                                              params.soft_px));
                }
                float& value = at(matte, side, i, k);
                value = std::min(value, cover * fade);
            }
        }
    }
}

}  // namespace vasa::face
