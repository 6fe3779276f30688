// SPDX-License-Identifier: Apache-2.0
#include "vasa/head/skin_folds.h"

#include "vasa/core/safetensors.h"
#include "vasa/head/head_model.h"
#include "vasa/models/file_marker.h"

#include <algorithm>
#include <cmath>

namespace vasa::head {
namespace {

/// How much of each action a group of folds follows.
struct FoldRule {
    Fold fold;
    Action right, left;
    float weight;
};

// Where the pairs of pictures that folds are learned from have an action, the weights are those
// under which a fold's depth follows its strength best; brows by the depth of lines seen.
constexpr FoldRule kRules[] = {
    {Fold::Smile, Action::MouthSmileRight, Action::MouthSmileLeft, 1.0F},
    {Fold::Smile, Action::MouthDimpleRight, Action::MouthDimpleLeft, 0.5F},
    {Fold::Smile, Action::NoseSneerRight, Action::NoseSneerLeft, 0.3F},
    {Fold::Smile, Action::MouthUpperUpRight, Action::MouthUpperUpLeft, 0.3F},
    {Fold::Smile, Action::MouthStretchRight, Action::MouthStretchLeft, 0.3F},
    {Fold::Squint, Action::CheekSquintRight, Action::CheekSquintLeft, 1.0F},
    {Fold::Squint, Action::EyeSquintRight, Action::EyeSquintLeft, 0.7F},
    {Fold::Squint, Action::MouthSmileRight, Action::MouthSmileLeft, 0.5F},
    {Fold::BrowUp, Action::BrowInnerUp, Action::BrowInnerUp, 0.5F},
    {Fold::BrowUp, Action::BrowOuterUpRight, Action::BrowOuterUpLeft, 0.5F},
    {Fold::BrowDown, Action::BrowDownRight, Action::BrowDownLeft, 1.0F},
    {Fold::BrowDown, Action::NoseSneerRight, Action::NoseSneerLeft, 0.3F},
};

}  // namespace

core::Vec2f SkinMap::place(const Eigen::RowVector3f& neutral_cm) {
    const float angle_rad = std::atan2(neutral_cm.x(), neutral_cm.z() - kAxisZ_cm);
    return {static_cast<float>(kHalfWidth) + kRadius_cm * angle_rad / kTexel_cm,
            (kTop_cm - neutral_cm.y()) / kTexel_cm};
}

std::vector<RasterSample> SkinMap::samples(const HeadModel& model) {
    constexpr float kBack_cm = -1.0F;  // the ears and what lies behind them
    constexpr float kFar_cm = 100.0F;  // the greater the radius, the nearer
    constexpr int kSquare = (std::max(kWidth, kHeight) + TileRasterizer::kTile_px - 1) /
                            TileRasterizer::kTile_px * TileRasterizer::kTile_px;
    std::vector<ScreenVertex> screen(static_cast<std::size_t>(model.num_vertices()));
    for (int v = 0; v < model.num_vertices(); ++v) {
        const Eigen::RowVector3f p = model.neutral().row(v);
        const core::Vec2f at = place(p);
        screen[static_cast<std::size_t>(v)] = {
            at.x, at.y, 1.0F / (kFar_cm - std::hypot(p.x(), p.z() - kAxisZ_cm))};
    }
    std::vector<std::array<int, 3>> triangles;
    std::vector<int> index;
    for (int t = 0; t < model.num_triangles(); ++t) {
        const auto& corners = model.triangles()[static_cast<std::size_t>(t)];
        const bool is_front = std::all_of(corners.begin(), corners.end(), [&](int v) {
            return model.neutral()(v, 2) > kBack_cm;
        });
        if (is_front && model.triangle_parts()[static_cast<std::size_t>(t)] == Part::Skin) {
            triangles.push_back(corners);
            index.push_back(t);
        }
    }
    TileRasterizer rasterizer(kSquare);
    rasterizer.bin(screen, triangles, true);
    std::vector<RasterSample> out(static_cast<std::size_t>(kWidth) * kHeight), tile_samples;
    for (int tile = 0; tile < rasterizer.num_tiles(); ++tile) {
        rasterizer.rasterize(tile, tile_samples);
        const auto [x0, y0] = rasterizer.tile_origin(tile);
        for (int i = 0; i < TileRasterizer::kTile_px * TileRasterizer::kTile_px; ++i) {
            const int x = x0 + i % TileRasterizer::kTile_px, y = y0 + i / TileRasterizer::kTile_px;
            RasterSample sample = tile_samples[static_cast<std::size_t>(i)];
            if (x < kWidth && y < kHeight && sample.triangle >= 0) {
                sample.triangle = index[static_cast<std::size_t>(sample.triangle)];
                out[static_cast<std::size_t>(y) * kWidth + static_cast<std::size_t>(x)] = sample;
            }
        }
    }
    return out;
}

std::array<FoldStrengths, 2> fold_strengths(const Actions& actions) {
    std::array<FoldStrengths, 2> strengths{};
    for (const FoldRule& rule : kRules) {
        const auto fold = static_cast<std::size_t>(rule.fold);
        strengths[0][fold] += rule.weight * actions[rule.right];
        strengths[1][fold] += rule.weight * actions[rule.left];
    }
    for (FoldStrengths& side : strengths) {
        for (float& strength : side) {
            // The pairs that folds are learned from have hardly any strength above .5; stronger
            // ones grow less.
            constexpr float kSaturation = 0.35F;
            const float sum = std::clamp(strength, 0.0F, 1.0F);
            strength = sum * (1 - kSaturation * sum) / (1 - kSaturation);
        }
    }
    return strengths;
}

SkinFolds SkinFolds::load(const std::string& path) {
    const auto file = core::SafetensorsFile::load(path, core::ErrorKind::Model);
    models::check_marker(file, models::FileKind::SkinFolds);
    return {file.bytes(kTensor, {SkinMap::kHeight, SkinMap::kHalfWidth, kNumFolds})};
}

std::vector<std::uint8_t> SkinFolds::both_sides() const {
    constexpr std::size_t kRow = static_cast<std::size_t>(SkinMap::kHalfWidth) * kNumFolds;
    std::vector<std::uint8_t> out;
    out.reserve(2 * half.size());
    for (std::size_t row = 0; row < SkinMap::kHeight; ++row) {
        for (std::size_t x = SkinMap::kHalfWidth; x-- > 0;) {
            const auto texel = half.begin() + static_cast<long>(row * kRow + x * kNumFolds);
            out.insert(out.end(), texel, texel + kNumFolds);
        }
        const auto first = half.begin() + static_cast<long>(row * kRow);
        out.insert(out.end(), first, first + static_cast<long>(kRow));
    }
    return out;
}

}  // namespace vasa::head
