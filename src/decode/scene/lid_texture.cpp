// SPDX-License-Identifier: Apache-2.0
#include "scene/lid_texture.h"

#include "scene/sampling.h"

#include <algorithm>
#include <cmath>

namespace vasa::decode {
namespace {

using core::Vec2f;
using Colour = Eigen::RowVector3f;

constexpr int kNumColumns = 16;
constexpr float kTwoPi = 6.2831853F;

float gauss(float x, float sigma) {
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
Colour lash_colour(const EyeRegion& eye, const LashParams& params) {
    constexpr int kSteps = 40;
    std::vector<Colour> colours;
    for (int k = 0; k <= kSteps; ++k) {
        const float along = params.from_along + params.along_range * static_cast<float>(k) / kSteps;
        for (int d = -3; d <= 2; ++d) {
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

void place_vertices(const head::HeadModel& model,
                    const head::Points& closed,
                    int eye,
                    const LidPlaceParams& params,
                    LidTexture& lid) {
    const auto& edge = head::kUpperLidEdge[eye];
    std::array<Eigen::RowVector3f, 9> points;
    for (std::size_t i = 0; i < edge.size(); ++i) {
        points[i] = model.landmark(closed, edge[i]);
    }
    const float x0 = points.front().x(), width_cm = points.back().x() - x0;
    const float front_z = points[4].z();
    lid.place_px.assign(static_cast<std::size_t>(closed.rows()), {0.0F, -1.0F});
    for (Eigen::Index v = 0; v < closed.rows(); ++v) {
        const float along = (closed(v, 0) - x0) / width_cm;
        if (model.vertex_parts()[v] != head::Part::Skin || along < -params.beside ||
            along > 1 + params.beside || closed(v, 2) < front_z - params.behind_cm) {
            continue;
        }
        float edge_y = closed(v, 0) < x0 ? points.front().y() : points.back().y();
        for (std::size_t i = 1; i < points.size(); ++i) {
            const float a = points[i - 1].x(), b = points[i].x();
            if (closed(v, 0) >= a && closed(v, 0) <= b && b > a) {
                const float t = (closed(v, 0) - a) / (b - a);
                edge_y = (1 - t) * points[i - 1].y() + t * points[i].y();
            }
        }
        const float above_cm = closed(v, 1) - edge_y;
        if (above_cm < -params.below_cm || above_cm > params.above_cm) {
            continue;
        }
        // The texture's middle is the eye's; its width is that of the lid in cm.
        const float x = (along - 0.5F) * width_cm * LidTexture::kPixelsPerCm;
        const float y = LidTexture::kEdgeRow_px - above_cm * LidTexture::kPixelsPerCm;
        lid.place_px[v] = {x + 0.5F * LidTexture::kWidth_px, std::max(y, 0.0F)};
    }
}

Colour skin_at(const EyeRegion& region,
               const SkinColumns& skin,
               const LidSkinParams& params,
               float along,
               float above_cm) {
    const float up = std::clamp(above_cm / params.blend_height_cm, 0.0F, 1.0F);
    const float bulge = params.bulge_light - params.bulge_fall * (2 * along - 1) * (2 * along - 1);
    const Colour colour =
        (params.above_at_edge + params.blend_gain * up) * SkinColumns::at(skin.above, along) +
        (params.below_at_edge - params.blend_gain * up) * SkinColumns::at(skin.below, along);
    const float donor =
        region.lower(along) + (params.donor_cm + params.donor_step * above_cm) * region.px_per_cm();
    const Colour around = region.mean(along, donor, params.donor_radius_cm * region.px_per_cm());
    const float detail =
        luminance(region.at(along, donor).data()) / std::max(luminance(around.data()), 1.0F);
    return colour * (bulge * std::clamp(detail, params.min_detail, params.max_detail));
}

/// Cover by lashes at a place, 0..1.
/// @param outer  along the eye, 0 at the nose
float lashes_at(const LashParams& params, float corner_margin, float outer, float above_cm) {
    const float full = std::clamp(params.inner_gain * outer + params.inner_min, 0.0F, 1.0F) *
                       std::clamp(params.end_gain * (1 + corner_margin - outer), 0.0F, 1.0F) *
                       std::clamp(params.end_gain * outer, 0.0F, 1.0F);
    const float line =
        params.line_cover * full * gauss(above_cm - params.line_height_cm, params.line_width_cm);
    if (above_cm >= 0) {
        return line;
    }
    const float length_cm =
        params.inner_length_cm + params.outer_length_cm * std::clamp(outer, 0.0F, 1.0F);
    const float hang = std::clamp(1 + above_cm / length_cm, 0.0F, 1.0F);
    const float phase = params.strokes * outer + params.spread * (outer - params.spread_from) *
                                                     -above_cm * params.spread_gain;
    const float comb = 0.5F + 0.5F * std::cos(kTwoPi * phase);
    return std::max(
        {line, params.stroke_cover * full * hang * comb * comb, params.haze_cover * full * hang});
}

}  // namespace

LidTexture make_lid_texture(const head::HeadModel& model,
                            const head::FaceCode& code,
                            const head::Points& closed,
                            int eye,
                            const LidTextureParams& params) {
    constexpr int w = LidTexture::kWidth_px, h = LidTexture::kHeight_px;
    LidTexture lid;
    place_vertices(model, closed, eye, params.place, lid);
    const float width_cm =
        std::max(model.landmark(closed, head::kUpperLidEdge[eye].back()).x() -
                     model.landmark(closed, head::kUpperLidEdge[eye].front()).x(),
                 0.5F);
    const EyeRegion region(code, eye, width_cm);
    const SkinColumns skin(region, params.skin);
    const Colour lash = lash_colour(region, params.lashes);
    const float margin = params.corner_margin;
    lid.image = core::ImageU8(w, h, 4);
    for (int row = 0; row < h; ++row) {
        for (int column = 0; column < w; ++column) {
            const float along = 0.5F + (static_cast<float>(column) + 0.5F - 0.5F * w) /
                                           (LidTexture::kPixelsPerCm * width_cm);
            const float above_cm = (LidTexture::kEdgeRow_px - static_cast<float>(row) - 0.5F) /
                                   LidTexture::kPixelsPerCm;
            const float dark = lashes_at(
                params.lashes, params.corner_margin, eye == 0 ? 1 - along : along, above_cm);
            // Above the edge, lashes lie over the lid; below it, over the layers beneath.
            const bool is_lid = above_cm >= 0;
            const Colour colour =
                is_lid ? Colour((1 - dark) * skin_at(region, skin, params.skin, along, above_cm) +
                                dark * lash)
                       : lash;
            // The cover falls to 0 beyond the corners.
            const float cover = (is_lid ? 1.0F : dark) *
                                std::clamp(params.corner_gain * (along + margin), 0.0F, 1.0F) *
                                std::clamp(params.corner_gain * (1 + margin - along), 0.0F, 1.0F);
            std::uint8_t* out = lid.image.at(column, row);
            for (int c = 0; c < 3; ++c) {
                out[c] = static_cast<std::uint8_t>(std::clamp(colour[c] + 0.5F, 0.0F, 255.0F));
            }
            out[3] = static_cast<std::uint8_t>(cover * 255.0F + 0.5F);
        }
    }
    return lid;
}

}  // namespace vasa::decode
