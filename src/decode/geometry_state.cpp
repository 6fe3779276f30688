// SPDX-License-Identifier: Apache-2.0
#include "geometry_state.h"

#include <algorithm>
#include <cmath>

namespace vasa::decode {
namespace {

/// Projects to the samples of a square of `size_px`, in the middle of which the camera looks.
ScreenVertex project(const head::Camera& camera,
                     const Eigen::RowVector3f& p,
                     int size_px,
                     float push_cm) {
    if (p.z() > -1.0F) {
        return {0, 0, -1};
    }
    const float iz = -1.0F / p.z();
    const float f = static_cast<float>(camera.focal_px) * kOversample,
                half = static_cast<float>(size_px) / 2.0F;
    return {half + f * p.x() * iz, half - f * p.y() * iz, 1.0F / (-p.z() + push_cm)};
}

float push_of(Part part) {
    if (part >= Part::EyeLeft) {
        return kEyePush_cm;
    }
    return part == Part::Skin ? 0.0F : kMouthPush_cm;
}

}  // namespace

void GeometryRenderer::State::pose(const head::Pose& pose,
                                   const head::Actions& actions,
                                   Layers& layers) {
    model.animate(person, actions, posed.head_space);
    pose_head(model, code.pose, pose, posed);
    card.move(model, posed, code.pose, pose, card_points);
    head.look(model, posed, actions, looks, shading);
    const int size = layers.card.rasterizer.size_px();
    layers.card.screen.resize(static_cast<std::size_t>(card_points.rows()));
    for (Eigen::Index i = 0; i < card_points.rows(); ++i) {
        layers.card.screen[i] = project(camera, card_points.row(i), size, 0.0F);
    }
    layers.head.screen.resize(model.num_vertices());
    for (int v = 0; v < model.num_vertices(); ++v) {
        layers.head.screen[v] =
            project(camera, posed.camera.row(v), size, push_of(model.vertex_parts()[v]));
    }
    layers.card.rasterizer.bin(layers.card.screen, card.triangles(), false);
    layers.head.rasterizer.bin(layers.head.screen, head.triangles(), true);
}

void GeometryRenderer::State::render_canvas_tile(int tile,
                                                 const Layers& layers,
                                                 core::ImageU8& rgba) const {
    thread_local std::vector<RasterSample> card_samples, head_samples;
    layers.card.rasterizer.rasterize(tile, card_samples);
    layers.head.rasterizer.rasterize(tile, head_samples);
    const auto [x0, y0] = layers.card.rasterizer.tile_origin(tile);
    for (int i = 0; i < kTile * kTile; ++i) {
        const Float4 colour = shade(head_samples[i], card_samples[i]);
        std::uint8_t* out = rgba.at(x0 + i % kTile, y0 + i / kTile);
        const float cover = colour[3];
        if (cover > 1.0F / 255.0F) {
            for (int c = 0; c < 3; ++c) {
                out[c] = static_cast<std::uint8_t>(std::min(colour[c] / cover + 0.5F, 255.0F));
            }
            out[3] = static_cast<std::uint8_t>(std::min(cover, 1.0F) * 255.0F + 0.5F);
        }
    }
}

Float4 GeometryRenderer::State::shade_head(const RasterSample& s, float& alpha) const {
    const auto& t = head.triangles()[s.triangle];
    const VertexLook& p = looks[t[0]];
    const VertexLook& q = looks[t[1]];
    const VertexLook& r = looks[t[2]];
    const float a = 1 - s.b1 - s.b2, b = s.b1, c = s.b2;
    const float u = a * p.u + b * q.u + c * r.u, v = a * p.v + b * q.v + c * r.v;
    const float from_source = a * p.from_source + b * q.from_source + c * r.from_source;
    // Steep, so that where nothing lies behind the border is an edge and not a veil.
    alpha = std::clamp(5.0F * (a * p.alpha + b * q.alpha + c * r.alpha) - 2.0F, 0.0F, 1.0F);
    Float4 colour = {};
    if (from_source < 0.999F) {
        colour = Float4{a * p.red + b * q.red + c * r.red,
                        a * p.green + b * q.green + c * r.green,
                        a * p.blue + b * q.blue + c * r.blue,
                        255.0F};
    }
    if (from_source > 0.001F) {
        const Part part = head.parts()[s.triangle];
        const core::ImageU8& texture = part >= Part::EyeLeft
                                           ? head.eye(part == Part::EyeLeft ? 1 : 0).image
                                           : code.appearance.canvas;
        const Float4 source = sample_rgba(texture, u, v);
        colour = from_source >= 0.999F
                     ? source
                     : colour * splat(1 - from_source) + source * splat(from_source);
    }
    const int lid = head.lid_of(s.triangle);
    const float closed = lid >= 0 ? a * p.lid + b * q.lid + c * r.lid : 0.0F;
    if (closed > 0.001F) {
        const LidTexture& texture = head.lid(lid);
        const core::Vec2f &i = texture.place_px[t[0]], &j = texture.place_px[t[1]],
                          &k = texture.place_px[t[2]];
        const Float4 skin =
            sample_rgba(texture.image, a * i.x + b * j.x + c * k.x, a * i.y + b * j.y + c * k.y);
        const float cover = closed * skin[3] * (1.0F / 255.0F);
        colour = colour * splat(1 - cover) + skin * splat(cover);
    }
    return colour;
}

/// Colour of a sample, times its cover, which is the fourth value (0..1).
Float4 GeometryRenderer::State::shade(const RasterSample& head_sample,
                                      const RasterSample& card_sample) const {
    float cover = 0;
    Float4 colour = {};
    if (head_sample.triangle >= 0) {
        colour = shade_head(head_sample, cover);
        colour = colour * splat(cover);
    }
    if (cover < 0.999F && card_sample.triangle >= 0) {
        const auto& t = card.triangles()[card_sample.triangle];
        const float a = 1 - card_sample.b1 - card_sample.b2;
        const auto &p = card.uv()[t[0]], &q = card.uv()[t[1]], &r = card.uv()[t[2]];
        const Float4 c = sample_rgba(code.appearance.canvas,
                                     a * p.x + card_sample.b1 * q.x + card_sample.b2 * r.x,
                                     a * p.y + card_sample.b1 * q.y + card_sample.b2 * r.y);
        const float alpha = c[3] * (1.0F / 255.0F) * (1 - cover);
        colour = colour + c * splat(alpha);
        cover += alpha;
    }
    colour[3] = cover;
    return colour;
}

void GeometryRenderer::State::render_tile(int tile,
                                          std::vector<RasterSample>& card_samples,
                                          std::vector<RasterSample>& head_samples,
                                          core::ImageU8& rgb) const {
    const auto [x0, y0] = frame.card.rasterizer.tile_origin(tile);
    const bool has_card = !frame.card.rasterizer.tile_is_empty(tile);
    const bool has_head = !frame.head.rasterizer.tile_is_empty(tile);
    frame.card.rasterizer.rasterize(tile, card_samples);
    frame.head.rasterizer.rasterize(tile, head_samples);
    const core::ImageU8& plate = code.appearance.plate;
    for (int y = 0; y < kTile / kOversample; ++y) {
        const int fy = y0 / kOversample + y;
        std::uint8_t* out = rgb.at(x0 / kOversample, fy);
        const std::uint8_t* behind = plate.at(x0 / kOversample, fy);
        for (int x = 0; x < kTile / kOversample; ++x, out += 3, behind += 3) {
            Float4 sum = {};
            for (int k = 0; k < kOversample * kOversample && (has_card || has_head); ++k) {
                const int i =
                    (y * kOversample + k / kOversample) * kTile + x * kOversample + k % kOversample;
                sum = sum + shade(head_samples[i], card_samples[i]);
            }
            constexpr float kShare = 1.0F / (kOversample * kOversample);
            const float rest = 1 - sum[3] * kShare;
            for (int c = 0; c < 3; ++c) {
                const float v = sum[c] * kShare + rest * static_cast<float>(behind[c]);
                out[c] = static_cast<std::uint8_t>(std::min(std::max(v + 0.5F, 0.0F), 255.0F));
            }
        }
    }
}

}  // namespace vasa::decode
