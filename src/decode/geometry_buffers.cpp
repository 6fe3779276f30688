// SPDX-License-Identifier: Apache-2.0
// What the geometry knows of a frame's pixels, for the frame decoder network.
#include "geometry_state.h"
#include "lost_rects.h"

#include "vasa/head/landmark_groups.h"

#include <algorithm>
#include <cmath>

namespace vasa::decode {

PixelGeometry GeometryRenderer::State::look_at(const std::vector<RasterSample>& card_samples,
                                               const std::vector<RasterSample>& head_samples,
                                               int x,
                                               int y,
                                               core::Vec2f& canvas) const {
    float u = 0, v = 0, seen = 0, alpha = 0, light = 0, weight = 0;
    Eigen::RowVector3f normal = Eigen::RowVector3f::Zero(), rest = Eigen::RowVector3f::Zero();
    float head_weight = 0;
    std::uint8_t part = 0;
    for (int k = 0; k < kOversample * kOversample; ++k) {
        const int i =
            (y * kOversample + k / kOversample) * kTile + x * kOversample + k % kOversample;
        const RasterSample &h = head_samples[i], &c = card_samples[i];
        if (h.triangle >= 0) {
            const auto& t = head.triangles()[h.triangle];
            const float b[3] = {1 - h.b1 - h.b2, h.b1, h.b2};
            float drawn = 0;
            for (int j = 0; j < 3; ++j) {
                drawn += b[j] * looks[t[j]].alpha;
            }
            if (drawn > 0.5F) {
                part = static_cast<std::uint8_t>(static_cast<int>(head.parts()[h.triangle]) + 1);
                const bool is_eye = head.parts()[h.triangle] >= Part::EyeLeft;
                float texture_u = 0, texture_v = 0;
                for (int j = 0; j < 3; ++j) {
                    const VertexLook& look = looks[t[j]];
                    texture_u += b[j] * look.u;
                    texture_v += b[j] * look.v;
                    u += b[j] * view.uv[t[j]].x;
                    v += b[j] * view.uv[t[j]].y;
                    seen += b[j] * look.known() * (is_eye ? 0.0F : 1.0F);
                    rest += b[j] * person.rest.row(t[j]);
                    light += b[j] * shading[t[j]];
                    normal += b[j] * normals.row(t[j]);
                }
                if (is_eye) {
                    const int eye = head.parts()[h.triangle] == Part::EyeLeft ? 1 : 0;
                    seen += sample_rgba(head.eye(eye).image, texture_u, texture_v)[3] / 255.0F;
                }
                head_weight += 1;
                alpha += 1;
                weight += 1;
                continue;
            }
        }
        if (c.triangle >= 0) {
            const auto& t = card.triangles()[c.triangle];
            const float b[3] = {1 - c.b1 - c.b2, c.b1, c.b2};
            float cu = 0, cv = 0;
            for (int j = 0; j < 3; ++j) {
                cu += b[j] * card.uv()[t[j]].x;
                cv += b[j] * card.uv()[t[j]].y;
            }
            const float a = sample_rgba(code.appearance.canvas, cu, cv)[3] / 255.0F;
            part = a > 0.5F && part == 0 ? 255 : part;
            u += cu;
            v += cv;
            seen += 1;
            alpha += a;
            weight += 1;
        }
    }
    constexpr float kShare = 1.0F / (kOversample * kOversample);
    PixelGeometry out;
    if (weight > 0) {
        canvas = {u / weight, v / weight};
        out.visibility = seen / weight;
    }
    out.alpha = alpha * kShare;
    out.part = part;
    out.shading = light * kShare;
    const float length = normal.norm();
    for (int c = 0; c < 3; ++c) {
        out.normal[c] = length > 0 ? normal[c] / length : 0.0F;
        out.rest_cm[c] = head_weight > 0 ? rest[c] / head_weight : 0.0F;
    }
    return out;
}

void GeometryRenderer::State::write_buffers(int tile,
                                            const std::vector<RasterSample>& card_samples,
                                            const std::vector<RasterSample>& head_samples,
                                            GeometryBuffers& buffers) const {
    const auto [x0, y0] = frame.card.rasterizer.tile_origin(tile);
    for (int y = 0; y < kTile / kOversample; ++y) {
        for (int x = 0; x < kTile / kOversample; ++x) {
            const int fx = x0 / kOversample + x, fy = y0 / kOversample + y;
            core::Vec2f canvas = {static_cast<float>(fx * 2 + 1 + head::kCanvasMargin_px),
                                  static_cast<float>(fy * 2 + 1 + head::kCanvasMargin_px)};
            const PixelGeometry pixel = look_at(card_samples, head_samples, x, y, canvas);
            buffers.flow.at(fx, fy)[0] = canvas.x;
            buffers.flow.at(fx, fy)[1] = canvas.y;
            *buffers.visibility.at(fx, fy) = pixel.visibility;
            *buffers.alpha.at(fx, fy) = pixel.alpha;
            *buffers.part.at(fx, fy) = pixel.part;
            *buffers.shading.at(fx, fy) = pixel.shading;
            std::copy(pixel.normal.begin(), pixel.normal.end(), buffers.normal.at(fx, fy));
            std::copy(pixel.rest_cm.begin(), pixel.rest_cm.end(), buffers.rest.at(fx, fy));
        }
    }
}

void GeometryRenderer::State::write_records(int tile,
                                            const std::vector<RasterSample>& card_samples,
                                            const std::vector<RasterSample>& head_samples,
                                            const core::ImageU8& rgb,
                                            std::vector<LostPatch>& patches) const {
    constexpr int kSide = kTile / kOversample;
    const auto [x0, y0] = frame.card.rasterizer.tile_origin(tile);
    const int left = x0 / kOversample, top = y0 / kOversample;
    for (LostPatch& patch : patches) {
        const PixelRect& rect = patch.rect;
        const int first_x = std::max(left, rect.x), first_y = std::max(top, rect.y);
        const int end_x = std::min(left + kSide, rect.x + rect.width);
        const int end_y = std::min(top + kSide, rect.y + rect.height);
        for (int y = first_y; y < end_y; ++y) {
            for (int x = first_x; x < end_x; ++x) {
                core::Vec2f canvas;
                patch.records[static_cast<std::size_t>(y - rect.y) * rect.width + x - rect.x] =
                    make_record(rgb.at(x, y),
                                look_at(card_samples, head_samples, x - left, y - top, canvas));
            }
        }
    }
}

core::Vec2f GeometryRenderer::State::place_on_frame(int landmark) const {
    const head::SurfacePoint& point = model.landmarks()[static_cast<std::size_t>(landmark)];
    const auto& corners = model.triangles()[static_cast<std::size_t>(point.triangle)];
    core::Vec2f place;
    for (std::size_t i = 0; i < corners.size(); ++i) {
        const ScreenVertex& corner = frame.head.screen[static_cast<std::size_t>(corners[i])];
        place.x += point.barycentric[i] * corner.x / kOversample;
        place.y += point.barycentric[i] * corner.y / kOversample;
    }
    return place;
}

std::vector<PixelRect> GeometryRenderer::State::lost_rects() const {
    LostCells cells;
    for (std::size_t t = 0; t < head.triangles().size(); ++t) {
        const auto& corners = head.triangles()[t];
        const ScreenVertex& a = frame.head.screen[corners[0]];
        const ScreenVertex& b = frame.head.screen[corners[1]];
        const ScreenVertex& c = frame.head.screen[corners[2]];
        // Twice the area in samples; y is down, so that what faces the camera is negative.
        const float area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
        if (head.parts()[t] != Part::Skin || area >= 0 || a.inv_z <= 0 || b.inv_z <= 0 ||
            c.inv_z <= 0) {
            continue;
        }
        const float x = (a.x + b.x + c.x) / (3 * kOversample);
        const float y = (a.y + b.y + c.y) / (3 * kOversample);
        const float area_px = -0.5F * area / (kOversample * kOversample);
        float seen = 0;
        for (const int v : corners) {
            seen += looks[v].known() / 3.0F;
        }
        const float drawn =
            (looks[corners[0]].alpha + looks[corners[1]].alpha + looks[corners[2]].alpha) / 3.0F;
        cells.add_hidden(x, y, drawn > 0.5F && seen < 0.5F ? area_px : 0.0F);
    }
    const auto add_opening = [&](const auto& edge) {
        std::vector<core::Vec2f> points;
        for (const int landmark : edge) {
            points.push_back(place_on_frame(landmark));
        }
        cells.add_opening(points);
    };
    add_opening(head::kInnerLips);
    add_opening(head::kLidEdges[0]);
    add_opening(head::kLidEdges[1]);
    return cells.rects();
}

}  // namespace vasa::decode
