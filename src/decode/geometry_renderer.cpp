// SPDX-License-Identifier: Apache-2.0
#include "vasa/decode/geometry_renderer.h"

#include "head_layer.h"
#include "person_card.h"
#include "sampling.h"
#include "source_view.h"

#include "vasa/core/error.h"
#include "vasa/core/parallel.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace vasa::decode {
namespace {

using head::Part;
using head::RasterSample;
using head::ScreenVertex;
using head::TileRasterizer;

/// Frames are rasterised at twice their resolution and averaged: smooth edges everywhere, and at
/// the portrait's own pose each sample falls on its own canvas pixel.
constexpr int kOversample = 2;
constexpr int kSamples_px = head::kFrameSize_px * kOversample;
constexpr int kTile = TileRasterizer::kTile_px;

struct Layer {
    std::vector<ScreenVertex> screen;
    TileRasterizer rasterizer{kSamples_px};
};

ScreenVertex project(const head::Camera& camera, const Eigen::RowVector3f& p, float push_cm) {
    if (p.z() > -1.0F) {
        return {0, 0, -1};
    }
    const float iz = -1.0F / p.z();
    const float f = static_cast<float>(camera.focal_px) * kOversample, half = kSamples_px / 2.0F;
    return {half + f * p.x() * iz, half - f * p.y() * iz, 1.0F / (-p.z() + push_cm)};
}

float push_of(Part part) {
    if (part >= Part::EyeLeft) {
        return kEyePush_cm;
    }
    return part == Part::Skin ? 0.0F : kMouthPush_cm;
}

}  // namespace

struct GeometryRenderer::State {
    const head::HeadModel& model;
    const head::FaceCode& code;
    head::Camera camera = head::default_camera(head::kFrameSize_px);
    head::Person person;
    SourceView view;
    PersonCard card;
    HeadLayer head;
    Layer card_layer, head_layer;
    PosedHead posed;
    head::Points card_points, normals;
    std::vector<VertexLook> looks;
    std::vector<float> shading;

    State(const head::HeadModel& m, const head::FaceCode& c)
        : model(m),
          code(c),
          person(m.person(c.identity)),
          view(make_source_view(m, person, c)),
          card(m, c, view),
          head(m, c, person, view) {}

    Float4 shade_head(const RasterSample& s, float& alpha) const;
    void render_tile(int tile, core::ImageU8& rgb, GeometryBuffers* buffers) const;
    void write_buffers(int tile,
                       const std::vector<RasterSample>& card_samples,
                       const std::vector<RasterSample>& head_samples,
                       GeometryBuffers& buffers) const;
};

GeometryRenderer::GeometryRenderer(const head::HeadModel& model, const head::FaceCode& code) {
    if (code.head_hash != model.content_hash()) {
        throw core::Error(core::ErrorKind::Input,
                          "the face code was made with another head model",
                          "encode the portrait again with 'vasa encode'");
    }
    state_ = std::make_unique<State>(model, code);
}

GeometryRenderer::~GeometryRenderer() = default;

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
    return colour;
}

void GeometryRenderer::State::render_tile(int tile,
                                          core::ImageU8& rgb,
                                          GeometryBuffers* buffers) const {
    thread_local std::vector<RasterSample> card_samples, head_samples;
    const auto [x0, y0] = card_layer.rasterizer.tile_origin(tile);
    const bool has_card = !card_layer.rasterizer.tile_is_empty(tile);
    const bool has_head = !head_layer.rasterizer.tile_is_empty(tile);
    card_layer.rasterizer.rasterize(tile, card_samples);
    head_layer.rasterizer.rasterize(tile, head_samples);
    const core::ImageU8& plate = code.appearance.plate;
    for (int y = 0; y < kTile / kOversample; ++y) {
        const int fy = y0 / kOversample + y;
        std::uint8_t* out = rgb.at(x0 / kOversample, fy);
        const std::uint8_t* behind = plate.at(x0 / kOversample, fy);
        for (int x = 0; x < kTile / kOversample; ++x, out += 3, behind += 3) {
            Float4 sum = {};
            float covered = 0;
            for (int k = 0; k < kOversample * kOversample && (has_card || has_head); ++k) {
                const int i =
                    (y * kOversample + k / kOversample) * kTile + x * kOversample + k % kOversample;
                float head_alpha = 0;
                Float4 colour = {};
                if (head_samples[i].triangle >= 0) {
                    colour = shade_head(head_samples[i], head_alpha);
                    colour = colour * splat(head_alpha);
                }
                if (head_alpha < 0.999F && card_samples[i].triangle >= 0) {
                    const RasterSample& s = card_samples[i];
                    const auto& t = card.triangles()[s.triangle];
                    const float a = 1 - s.b1 - s.b2;
                    const auto &p = card.uv()[t[0]], &q = card.uv()[t[1]], &r = card.uv()[t[2]];
                    const Float4 c = sample_rgba(code.appearance.canvas,
                                                 a * p.x + s.b1 * q.x + s.b2 * r.x,
                                                 a * p.y + s.b1 * q.y + s.b2 * r.y);
                    const float alpha = c[3] * (1.0F / 255.0F) * (1 - head_alpha);
                    colour = colour + c * splat(alpha);
                    head_alpha += alpha;
                }
                sum = sum + colour;
                covered += head_alpha;
            }
            constexpr float kShare = 1.0F / (kOversample * kOversample);
            const float rest = 1 - covered * kShare;
            for (int c = 0; c < 3; ++c) {
                const float v = sum[c] * kShare + rest * static_cast<float>(behind[c]);
                out[c] = static_cast<std::uint8_t>(std::min(std::max(v + 0.5F, 0.0F), 255.0F));
            }
        }
    }
    if (buffers != nullptr) {
        write_buffers(tile, card_samples, head_samples, *buffers);
    }
}

void GeometryRenderer::State::write_buffers(int tile,
                                            const std::vector<RasterSample>& card_samples,
                                            const std::vector<RasterSample>& head_samples,
                                            GeometryBuffers& buffers) const {
    const auto [x0, y0] = card_layer.rasterizer.tile_origin(tile);
    for (int y = 0; y < kTile / kOversample; ++y) {
        for (int x = 0; x < kTile / kOversample; ++x) {
            const int fx = x0 / kOversample + x, fy = y0 / kOversample + y;
            float u = 0, v = 0, seen = 0, alpha = 0, light = 0, weight = 0;
            Eigen::RowVector3f normal = Eigen::RowVector3f::Zero();
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
                        part = static_cast<std::uint8_t>(
                            static_cast<int>(head.parts()[h.triangle]) + 1);
                        for (int j = 0; j < 3; ++j) {
                            const VertexLook& look = looks[t[j]];
                            u += b[j] * view.uv[t[j]].x;
                            v += b[j] * view.uv[t[j]].y;
                            seen += b[j] * look.from_source;
                            light += b[j] * shading[t[j]];
                            normal += b[j] * normals.row(t[j]);
                        }
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
            const float inv = weight > 0 ? 1 / weight : 0;
            float* flow = buffers.flow.at(fx, fy);
            flow[0] =
                weight > 0 ? u * inv : static_cast<float>(fx * 2 + 1 + head::kCanvasMargin_px);
            flow[1] =
                weight > 0 ? v * inv : static_cast<float>(fy * 2 + 1 + head::kCanvasMargin_px);
            *buffers.visibility.at(fx, fy) = weight > 0 ? seen * inv : 1.0F;
            *buffers.alpha.at(fx, fy) = alpha * kShare;
            *buffers.part.at(fx, fy) = part;
            *buffers.shading.at(fx, fy) = light * kShare;
            const float length = normal.norm();
            for (int c = 0; c < 3; ++c) {
                buffers.normal.at(fx, fy)[c] = length > 0 ? normal[c] / length : 0.0F;
            }
        }
    }
}

void GeometryRenderer::render(const head::Pose& pose,
                              const head::Actions& actions,
                              core::ImageU8& rgb,
                              GeometryBuffers* buffers) {
    constexpr int kSize = head::kFrameSize_px;
    State& s = *state_;
    if (rgb.width != kSize || rgb.height != kSize || rgb.channels != 3) {
        rgb = core::ImageU8(kSize, kSize, 3);
    }
    if (buffers != nullptr) {
        buffers->flow = core::ImageF(kSize, kSize, 2);
        buffers->visibility = core::ImageF(kSize, kSize, 1);
        buffers->alpha = core::ImageF(kSize, kSize, 1);
        buffers->normal = core::ImageF(kSize, kSize, 3);
        buffers->part = core::ImageU8(kSize, kSize, 1);
        buffers->shading = core::ImageF(kSize, kSize, 1);
    }
    s.model.animate(s.person, actions, s.posed.head_space);
    pose_head(s.model, s.code.pose, pose, s.posed);
    s.card.move(s.model, s.posed, s.code.pose, pose, s.card_points);
    s.head.look(s.model, s.posed, actions, s.looks, s.shading);
    if (buffers != nullptr) {
        head::vertex_normals(s.posed.camera, s.model.triangles(), s.normals);
    }
    s.card_layer.screen.resize(static_cast<std::size_t>(s.card_points.rows()));
    for (Eigen::Index i = 0; i < s.card_points.rows(); ++i) {
        s.card_layer.screen[i] = project(s.camera, s.card_points.row(i), 0.0F);
    }
    s.head_layer.screen.resize(s.model.num_vertices());
    for (int v = 0; v < s.model.num_vertices(); ++v) {
        s.head_layer.screen[v] =
            project(s.camera, s.posed.camera.row(v), push_of(s.model.vertex_parts()[v]));
    }
    s.card_layer.rasterizer.bin(s.card_layer.screen, s.card.triangles(), false);
    s.head_layer.rasterizer.bin(s.head_layer.screen, s.head.triangles(), true);
    core::parallel_for(s.card_layer.rasterizer.num_tiles(),
                       [&](int tile) { s.render_tile(tile, rgb, buffers); });
}

}  // namespace vasa::decode
