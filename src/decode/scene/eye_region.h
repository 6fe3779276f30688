// SPDX-License-Identifier: Apache-2.0
// The skin around an eye in the canvas, as lids are painted from it.
#pragma once

#include "scene/lid_texture.h"
#include "scene/sampling.h"

#include "vasa/head/landmarks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <Eigen/Core>

namespace vasa::decode {

using core::Vec2f;
using Colour = Eigen::RowVector3f;  ///< red, green, blue, 0..255

constexpr int kNumColumns = 16;
constexpr float kTwoPi = 6.2831853F;

inline float gauss(float x, float sigma) {
    return std::exp(-0.5F * x * x / (sigma * sigma));
}

/// The surroundings of an eye in the canvas. Coordinates: along the line of its corners (0..1), and
/// across it (canvas pixels, down).
class EyeRegion {
  public:
    EyeRegion(const head::FaceCode& code, int eye, float width_cm)
        : canvas_(code.appearance.canvas) {
        corner_ = head::canvas_from_crop(code.landmarks[head::kUpperLidEdge[eye].front()]);
        const Vec2f other = head::canvas_from_crop(code.landmarks[head::kUpperLidEdge[eye].back()]);
        axis_ = {other.x - corner_.x, other.y - corner_.y};
        length_ = std::max(4.0F, std::hypot(axis_.x, axis_.y));
        down_ = {-axis_.y / length_, axis_.x / length_};
        px_per_cm_ = length_ / width_cm;
        upper_ = line_of(code, head::kUpperLidEdge[eye]);
        lower_ = line_of(code, head::kLowerLidEdge[eye]);
        brow_ = line_of(code, head::kBrowBottom[eye]);
    }

    float upper(float along) const { return across(upper_, along); }
    float lower(float along) const { return across(lower_, along); }
    float brow(float along) const { return across(brow_, along); }
    float px_per_cm() const { return px_per_cm_; }

    Colour at(float along, float across_px) const {
        const Float4 c = sample_rgba(canvas_,
                                     corner_.x + along * axis_.x + across_px * down_.x,
                                     corner_.y + along * axis_.y + across_px * down_.y);
        return {c[0], c[1], c[2]};
    }

    /// Mean over a disc.
    Colour mean(float along, float across_px, float radius_px) const {
        Colour sum = at(along, across_px);
        constexpr int kPoints = 12;
        for (int i = 0; i < kPoints; ++i) {
            const float angle = kTwoPi * static_cast<float>(i) / kPoints;
            for (const float r : {0.5F * radius_px, radius_px}) {
                sum += at(along + r * std::cos(angle) / length_, across_px + r * std::sin(angle));
            }
        }
        return sum / static_cast<float>(2 * kPoints + 1);
    }

  private:
    using Line = std::vector<Vec2f>;  // along, across

    template <std::size_t n>
    Line line_of(const head::FaceCode& code, const std::array<int, n>& landmarks) const {
        Line line;
        for (const int i : landmarks) {
            const Vec2f p = head::canvas_from_crop(code.landmarks[i]);
            const float dx = p.x - corner_.x, dy = p.y - corner_.y;
            line.push_back(
                {(dx * axis_.x + dy * axis_.y) / (length_ * length_), dx * down_.x + dy * down_.y});
        }
        return line;
    }

    static float across(const Line& line, float along) {
        if (along <= line.front().x) {
            return line.front().y;
        }
        for (std::size_t i = 1; i < line.size(); ++i) {
            if (along <= line[i].x) {
                const float t =
                    (along - line[i - 1].x) / std::max(line[i].x - line[i - 1].x, 1e-4F);
                return line[i - 1].y + t * (line[i].y - line[i - 1].y);
            }
        }
        return line.back().y;
    }

    const core::ImageU8& canvas_;
    Vec2f corner_, axis_, down_;
    float length_ = 1, px_per_cm_ = 1;
    Line upper_, lower_, brow_;
};

/// Smooth colours of the skin above the crease and below the eye, by column.
struct SkinColumns {
    std::array<Colour, kNumColumns> above, below;

    SkinColumns(const EyeRegion& eye, const LidSkinParams& params) {
        const float radius_px = params.sample_radius_cm * eye.px_per_cm();
        for (int k = 0; k < kNumColumns; ++k) {
            const float along = static_cast<float>(k) / (kNumColumns - 1);
            const float upper = eye.upper(along), brow = eye.brow(along);
            above[k] = eye.mean(
                along, upper + params.above_part * std::min(brow - upper, 0.0F), radius_px);
            below[k] =
                eye.mean(along, eye.lower(along) + params.below_cm * eye.px_per_cm(), radius_px);
        }
        for (int pass = 0; pass < params.smoothing_passes; ++pass) {
            for (auto* line : {&above, &below}) {
                const auto before = *line;
                for (int k = 0; k < kNumColumns; ++k) {
                    (*line)[k] = 0.25F * before[std::max(k - 1, 0)] + 0.5F * before[k] +
                                 0.25F * before[std::min(k + 1, kNumColumns - 1)];
                }
            }
        }
    }

    static Colour at(const std::array<Colour, kNumColumns>& line, float along) {
        const float x = std::clamp(along, 0.0F, 1.0F) * (kNumColumns - 1);
        const int i = std::min(static_cast<int>(x), kNumColumns - 2);
        const float t = x - static_cast<float>(i);
        return (1 - t) * line[i] + t * line[i + 1];
    }
};

/// The darkest colours along the upper lid's edge.
inline Colour lash_colour(const EyeRegion& eye, const LashParams& params) {
    constexpr int kSteps = 40;
    std::vector<Colour> colours;
    for (int k = 0; k <= kSteps; ++k) {
        const float along = params.from_along + params.along_range * static_cast<float>(k) / kSteps;
        for (int d = -3; d <= 0; ++d) {
            colours.push_back(eye.at(
                along,
                eye.upper(along) + params.step_cm * static_cast<float>(d) * eye.px_per_cm()));
        }
    }
    std::sort(colours.begin(), colours.end(), [](const Colour& a, const Colour& b) {
        return luminance(a.data()) < luminance(b.data());
    });
    Colour sum = Colour::Zero();
    const std::size_t count = colours.size() / params.darkest;
    for (std::size_t i = 0; i < count; ++i) {
        sum += colours[i] / static_cast<float>(count);
    }
    return sum;
}

}  // namespace vasa::decode
