// SPDX-License-Identifier: Apache-2.0
// Private to the renderer: its layers, and what they are shaded with.
#pragma once

#include "head_layer.h"
#include "person_card.h"
#include "sampling.h"
#include "source_view.h"

#include "vasa/decode/geometry_renderer.h"

#include <vector>

namespace vasa::decode {

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
    /// Samples of a tile of the frame, and its colours.
    void render_tile(int tile,
                     std::vector<RasterSample>& card_samples,
                     std::vector<RasterSample>& head_samples,
                     core::ImageU8& rgb) const;
    void render_canvas_tile(int tile, const Layers& layers, core::ImageU8& rgba) const;

    /// Where in the canvas a frame pixel comes from, and what else is known of it.
    /// @param x, y  of the pixel in the tile
    PixelGeometry look_at(const std::vector<RasterSample>& card_samples,
                          const std::vector<RasterSample>& head_samples,
                          int x,
                          int y,
                          core::Vec2f& canvas) const;
    void write_buffers(int tile,
                       const std::vector<RasterSample>& card_samples,
                       const std::vector<RasterSample>& head_samples,
                       GeometryBuffers& buffers) const;
    void write_records(int tile,
                       const std::vector<RasterSample>& card_samples,
                       const std::vector<RasterSample>& head_samples,
                       const core::ImageU8& rgb,
                       std::vector<LostPatch>& patches) const;
    /// Rectangles around what the posed head may show that the portrait did not.
    std::vector<PixelRect> lost_rects() const;

  private:
    /// Where the posed head has a landmark, frame pixels.
    core::Vec2f place_on_frame(int landmark) const;
    Float4 shade_head(const RasterSample& s, float& alpha) const;
    Float4 shade(const RasterSample& head_sample, const RasterSample& card_sample) const;
};

}  // namespace vasa::decode
