// SPDX-License-Identifier: Apache-2.0
// Private to the renderers: a portrait's layers and their shading inputs.
#pragma once

#include "kernels/scene.h"
#include "scene/head_layer.h"
#include "scene/person_card.h"
#include "scene/skin_changes.h"
#include "scene/source_view.h"
#include "tiles/tile_samples.h"

#include "vasa/decode/face_state.h"
#include "vasa/decode/geometry_renderer.h"

#include <optional>
#include <vector>

namespace vasa::decode {

using head::Part;
using head::RasterSample;
using head::ScreenVertex;
using head::TileRasterizer;

constexpr int kSamples_px = head::kFrameSize_px * kOversample;
constexpr int kTile = TileRasterizer::kTile_px;

/// A canvas has the resolution of the frame's samples, plus a margin.
static_assert(head::kCanvasScale == kOversample);

/// The points of both layers in one pose.
struct PosedFrame {
    head::PosedHead head;
    head::Points card;     ///< [N, 3] camera space
    head::Points normals;  ///< [V, 3] of the head, camera space
    std::vector<VertexAttributes> attributes;
    std::vector<float> shading;
    float behind = 0;                 ///< how much of the head shows behind the card
    std::vector<SkinChange> changes;  ///< [V]; empty = skin that only moves
    std::vector<ScreenVertex> card_screen, head_screen;

    kernels::Posed view() const {
        return {attributes.data(),
                shading.data(),
                normals.data(),
                changes.empty() ? nullptr : changes.data(),
                behind};
    }
};

/// The heuristics of both layers.
struct SceneParams {
    PersonCardParams card;
    HeadLayerParams head;
    SkinChangesParams skin;
};

/// The usual ones.
/// @param eye_colour  of irises that the portrait does not show
inline SceneParams scene_params(EyeColour eye_colour) {
    SceneParams params;
    params.head.eye_colour = eye_colour;
    return params;
}

/// Data that all frames of a portrait share. Threads may share it.
struct PortraitScene {
    const head::HeadModel& model;
    const head::FaceCode& code;
    head::Camera camera = head::default_camera(head::kFrameSize_px);
    head::Person person;
    SourceView view;
    PersonCard card;
    HeadLayer head;
    std::optional<SkinChanges> skin;
    kernels::Scene scene;  ///< all of it as pointers

    /// @param folds  null = skin that only moves
    /// @throws Error(Input) if the code was made with another head model.
    PortraitScene(const head::HeadModel& m,
                  const head::FaceCode& c,
                  const head::SkinFolds* folds = nullptr,
                  const SceneParams& params = {});
    PortraitScene(const PortraitScene&) = delete;
    PortraitScene& operator=(const PortraitScene&) = delete;

    /// Moves and projects the points of both layers.
    /// @param size_px  side of the square of samples
    void move(const FaceState& state, int size_px, PosedFrame& out) const;

    /// Rectangles around disoccluded places of a posed head.
    std::vector<PixelRect> disoccluded_rects(const PosedFrame& posed) const;

  private:
    /// Place of a landmark of the posed head, frame pixels.
    core::Vec2f place_on_frame(const PosedFrame& posed, int landmark) const;
};

/// Rasterisers of both layers.
struct Layers {
    TileRasterizer card, head;

    explicit Layers(int size_px) : card(size_px), head(size_px) {}

    /// Sorts the triangles into tiles.
    void bin(const PortraitScene& portrait, const PosedFrame& posed);
    /// The layers after bin().
    tiles::FrameLayers of_frame(const PortraitScene& portrait, const PosedFrame& posed) const;
};

struct GeometryRenderer::State {
    PortraitScene portrait;
    PosedFrame posed;
    Layers frame{kSamples_px};

    State(const head::HeadModel& m, const head::FaceCode& c, const head::SkinFolds* folds)
        : portrait(m, c, folds) {}

    void pose(const head::Pose& pose, const head::Actions& actions, Layers& layers);
    void render_canvas_tile(int tile, const Layers& layers, core::ImageU8& rgba) const;
    void write_buffers(int tile, const tiles::TileSamples& samples, GeometryBuffers& buffers) const;
};

}  // namespace vasa::decode
