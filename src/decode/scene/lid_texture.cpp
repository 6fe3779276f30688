// SPDX-License-Identifier: Apache-2.0
#include "scene/lid_texture.h"

#include "scene/eye_region.h"

#include "vasa/core/smoothstep.h"

#include <algorithm>
#include <cmath>

namespace vasa::decode {
namespace {

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
    const float middle = 1 - (2 * along - 1) * (2 * along - 1);
    const float fold_cm = params.crease_cm - params.crease_fall_cm * (1 - middle);
    const float crease = 1 - params.crease_shade * std::max(middle, 0.0F) *
                                 gauss(above_cm - fold_cm, params.crease_width_cm);
    const float donor =
        region.lower(along) + (params.donor_cm + params.donor_step * above_cm) * region.px_per_cm();
    const Colour around = region.mean(along, donor, params.donor_radius_cm * region.px_per_cm());
    const float detail =
        luminance(region.at(along, donor).data()) / std::max(luminance(around.data()), 1.0F);
    return colour * (bulge * crease * std::clamp(detail, params.min_detail, params.max_detail));
}

/// Cover by lashes at a place, 0..1.
/// @param outer  along the eye, 0 at the nose
float lashes_at(const LashParams& params, float corner_margin, float outer, float above_cm) {
    const float full = std::clamp(params.inner_gain * outer + params.inner_min, 0.0F, 1.0F) *
                       std::clamp(params.end_gain * (1 + corner_margin - outer), 0.0F, 1.0F) *
                       std::clamp(params.end_gain * outer, 0.0F, 1.0F);
    const float roots =
        params.line_cover * full * gauss(above_cm - params.line_height_cm, params.line_width_cm);
    const float length_cm =
        params.inner_length_cm + params.outer_length_cm * std::clamp(outer, 0.0F, 1.0F);
    const float hang = std::clamp(1 + above_cm / length_cm, 0.0F, 1.0F);
    // Lashes grow in irregular tufts.
    const float uneven = 0.35F * std::sin(9.1F * outer) + 0.2F * std::sin(23.7F * outer + 1.0F);
    const float below_cm = std::max(-above_cm, 0.0F);
    const float phase =
        params.strokes * outer + uneven +
        params.spread * (outer - params.spread_from) * below_cm * params.spread_gain;
    const float comb = 0.5F + 0.5F * std::cos(kTwoPi * phase);
    const float line = roots * (1 - params.line_comb + params.line_comb * comb);
    if (above_cm >= 0) {
        return line;
    }
    return std::max(
        {line, params.stroke_cover * full * hang * comb * comb, params.haze_cover * full * hang});
}

/// Colour and cover (0..1) of a place of a lid's texture.
/// @param along  0..1 from corner to corner, `outer` 0 at the nose
struct LidPaint {
    Colour colour;
    float cover;
};

/// Paints a lid's texture with paint(along, outer, above_cm).
template <typename Paint>
LidTexture paint_lid(const head::HeadModel& model,
                     const head::Points& closed,
                     int eye,
                     const LidTextureParams& params,
                     float width_cm,
                     const Paint& paint) {
    constexpr int w = LidTexture::kWidth_px, h = LidTexture::kHeight_px;
    LidTexture lid;
    place_vertices(model, closed, eye, params.place, lid);
    const float margin = params.corner_margin;
    lid.image = core::ImageU8(w, h, 4);
    for (int row = 0; row < h; ++row) {
        for (int column = 0; column < w; ++column) {
            const float along = 0.5F + (static_cast<float>(column) + 0.5F - 0.5F * w) /
                                           (LidTexture::kPixelsPerCm * width_cm);
            const float above_cm = (LidTexture::kEdgeRow_px - static_cast<float>(row) - 0.5F) /
                                   LidTexture::kPixelsPerCm;
            const LidPaint paint_here = paint(along, eye == 0 ? 1 - along : along, above_cm);
            // The cover falls to 0 beyond the corners.
            const float cover = paint_here.cover *
                                std::clamp(params.corner_gain * (along + margin), 0.0F, 1.0F) *
                                std::clamp(params.corner_gain * (1 + margin - along), 0.0F, 1.0F);
            std::uint8_t* out = lid.image.at(column, row);
            for (int c = 0; c < 3; ++c) {
                out[c] = static_cast<std::uint8_t>(
                    std::clamp(paint_here.colour[c] + 0.5F, 0.0F, 255.0F));
            }
            out[3] = static_cast<std::uint8_t>(cover * 255.0F + 0.5F);
        }
    }
    return lid;
}

float lid_width_cm(const head::HeadModel& model, const head::Points& closed, int eye) {
    return std::max(model.landmark(closed, head::kUpperLidEdge[eye].back()).x() -
                        model.landmark(closed, head::kUpperLidEdge[eye].front()).x(),
                    0.5F);
}

}  // namespace

LidTexture make_lid_texture(const head::HeadModel& model,
                            const head::FaceCode& code,
                            const head::Points& closed,
                            int eye,
                            const LidTextureParams& params) {
    const float width_cm = lid_width_cm(model, closed, eye);
    const EyeRegion region(code, eye, width_cm);
    const SkinColumns skin(region, params.skin);
    const Colour lash = lash_colour(region, params.lashes);
    const auto paint = [&](float along, float outer, float above_cm) {
        const float dark = lashes_at(params.lashes, params.corner_margin, outer, above_cm);
        // Above the edge, lashes lie over the lid; below it, over the layers beneath.
        if (above_cm < 0) {
            return LidPaint{lash, dark};
        }
        const Colour own = skin_at(region, skin, params.skin, along, above_cm);
        return LidPaint{(1 - dark) * own + dark * lash, 1.0F};
    };
    return paint_lid(model, closed, eye, params, width_cm, paint);
}

LidTexture make_open_lid_texture(const head::HeadModel& model,
                                 const head::FaceCode& code,
                                 const head::Points& closed,
                                 int eye,
                                 const LidTextureParams& params) {
    const float width_cm = lid_width_cm(model, closed, eye);
    const EyeRegion region(code, eye, width_cm);
    const SkinColumns skin(region, params.skin);
    const Colour lash = lash_colour(region, params.lashes);
    const OpenLidParams& open = params.open;
    const auto paint = [&](float along, float outer, float above_cm) {
        const float full =
            std::clamp(params.lashes.inner_gain * outer + params.lashes.inner_min, 0.0F, 1.0F);
        const float row =
            open.lash_cover * full * gauss(above_cm - open.lash_height_cm, open.lash_width_cm);
        if (above_cm >= 0) {
            return LidPaint{lash, row};
        }
        const float below_cm = -above_cm;
        Colour own = open.skin_light * SkinColumns::at(skin.below, along);
        const float wet = 1 - core::smoothstep(0.5F * open.wet_edge_cm, open.wet_edge_cm, below_cm);
        own *= 1 + wet * (open.wet_light - 1);
        own.x() *= 1 + wet * open.wet_red;
        const float lashes = open.lower_lash_cover * full *
                             gauss(below_cm - open.lower_lash_cm, open.lower_lash_width_cm);
        own = (1 - lashes) * own + lashes * lash;
        return LidPaint{own, 1 - core::smoothstep(open.skin_to_cm, open.fade_to_cm, below_cm)};
    };
    return paint_lid(model, closed, eye, params, width_cm, paint);
}

}  // namespace vasa::decode
