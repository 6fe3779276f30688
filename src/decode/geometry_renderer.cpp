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

/// A canvas has the frame's samples with the canvas' margin around them.
static_assert(head::kCanvasScale == kOversample);

struct Layer {
    std::vector<ScreenVertex> screen;
    TileRasterizer rasterizer;

    explicit Layer(int size_px) : rasterizer(size_px) {}
};

/// Both layers on their way to samples.
struct Layers {
    Layer card, head;

    explicit Layers(int size_px) : card(size_px), head(size_px) {}
};

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

/// Gives pixels just outside the matte the colours beside them, so that nothing dark bleeds in
/// where an outline is sampled between pixels.
void continue_colours(core::ImageU8& rgba) {
    constexpr int kReach_px = 4;
    std::vector<std::uint8_t> known(static_cast<std::size_t>(rgba.width) * rgba.height);
    for (std::size_t i = 0; i < known.size(); ++i) {
        known[i] = rgba.data[i * 4 + 3] > 0 ? 1 : 0;
    }
    for (int pass = 0; pass < kReach_px; ++pass) {
        std::vector<std::uint8_t> next(known);
        for (int y = 1; y + 1 < rgba.height; ++y) {
            for (int x = 1; x + 1 < rgba.width; ++x) {
                const std::size_t i = static_cast<std::size_t>(y) * rgba.width + x;
                if (known[i] != 0) {
                    continue;
                }
                int sum[3] = {}, count = 0;
                for (const std::size_t n : {i - 1, i + 1, i - rgba.width, i + rgba.width}) {
                    for (int c = 0; c < 3 && known[n] != 0; ++c) {
                        sum[c] += rgba.data[n * 4 + c];
                    }
                    count += known[n];
                }
                for (int c = 0; c < 3 && count > 0; ++c) {
                    rgba.data[i * 4 + c] = static_cast<std::uint8_t>(sum[c] / count);
                }
                next[i] = count > 0 ? 1 : 0;
            }
        }
        known = std::move(next);
    }
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
    Layers frame{kSamples_px};
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

    void pose(const head::Pose& pose, const head::Actions& actions, Layers& layers);
    Float4 shade_head(const RasterSample& s, float& alpha) const;
    Float4 shade(const RasterSample& head_sample, const RasterSample& card_sample) const;
    void render_canvas_tile(int tile, const Layers& layers, core::ImageU8& rgba) const;
    void render_tile(int tile, core::ImageU8& rgb, GeometryBuffers* buffers) const;
    void write_buffers(int tile,
                       const std::vector<RasterSample>& card_samples,
                       const std::vector<RasterSample>& head_samples,
                       GeometryBuffers& buffers) const;
};

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

GeometryRenderer::GeometryRenderer(const head::HeadModel& model, const head::FaceCode& code) {
    if (code.head_hash != model.content_hash()) {
        throw core::Error(core::ErrorKind::Input,
                          "the face code was made with another head model",
                          "encode the portrait again with 'vasa encode'");
    }
    state_ = std::make_unique<State>(model, code);
}

GeometryRenderer::~GeometryRenderer() = default;

std::size_t GeometryBuffers::num_bytes() const {
    return part.data.size() +
           sizeof(float) * (flow.data.size() + visibility.data.size() + alpha.data.size() +
                            normal.data.size() + shading.data.size() + rest.data.size());
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
                                          core::ImageU8& rgb,
                                          GeometryBuffers* buffers) const {
    thread_local std::vector<RasterSample> card_samples, head_samples;
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
    if (buffers != nullptr) {
        write_buffers(tile, card_samples, head_samples, *buffers);
    }
}

void GeometryRenderer::State::write_buffers(int tile,
                                            const std::vector<RasterSample>& card_samples,
                                            const std::vector<RasterSample>& head_samples,
                                            GeometryBuffers& buffers) const {
    const auto [x0, y0] = frame.card.rasterizer.tile_origin(tile);
    for (int y = 0; y < kTile / kOversample; ++y) {
        for (int x = 0; x < kTile / kOversample; ++x) {
            const int fx = x0 / kOversample + x, fy = y0 / kOversample + y;
            float u = 0, v = 0, seen = 0, alpha = 0, light = 0, weight = 0;
            Eigen::RowVector3f normal = Eigen::RowVector3f::Zero(),
                               rest = Eigen::RowVector3f::Zero();
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
                        part = static_cast<std::uint8_t>(
                            static_cast<int>(head.parts()[h.triangle]) + 1);
                        const bool is_eye = head.parts()[h.triangle] >= Part::EyeLeft;
                        float texture_u = 0, texture_v = 0;
                        for (int j = 0; j < 3; ++j) {
                            const VertexLook& look = looks[t[j]];
                            texture_u += b[j] * look.u;
                            texture_v += b[j] * look.v;
                            u += b[j] * view.uv[t[j]].x;
                            v += b[j] * view.uv[t[j]].y;
                            seen += b[j] * look.from_source * (is_eye ? 0.0F : 1.0F);
                            rest += b[j] * person.rest.row(t[j]);
                            light += b[j] * shading[t[j]];
                            normal += b[j] * normals.row(t[j]);
                        }
                        if (is_eye) {
                            const int eye = head.parts()[h.triangle] == Part::EyeLeft ? 1 : 0;
                            seen +=
                                sample_rgba(head.eye(eye).image, texture_u, texture_v)[3] / 255.0F;
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
                buffers.rest.at(fx, fy)[c] = head_weight > 0 ? rest[c] / head_weight : 0.0F;
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
        buffers->rest = core::ImageF(kSize, kSize, 3);
    }
    s.pose(pose, actions, s.frame);
    if (buffers != nullptr) {
        head::vertex_normals(s.posed.camera, s.model.triangles(), s.normals);
    }
    core::parallel_for(s.frame.card.rasterizer.num_tiles(),
                       [&](int tile) { s.render_tile(tile, rgb, buffers); });
}

void GeometryRenderer::render_canvas(const head::Pose& pose,
                                     const head::Actions& actions,
                                     core::ImageU8& rgba) {
    constexpr int kSize = head::kCanvasSize_px;
    State& s = *state_;
    rgba = core::ImageU8(kSize, kSize, 4);
    Layers layers(kSize);
    s.pose(pose, actions, layers);
    core::parallel_for(layers.card.rasterizer.num_tiles(),
                       [&](int tile) { s.render_canvas_tile(tile, layers, rgba); });
    continue_colours(rgba);
}

}  // namespace vasa::decode
