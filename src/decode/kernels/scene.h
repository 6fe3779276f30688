// SPDX-License-Identifier: Apache-2.0
// Inputs of the frame kernels, as plain pointers to the memory of the CPU or of a GPU.
#pragma once

#include "kernels/texture.h"

#include "vasa/core/geometry.h"
#include "vasa/head/fold.h"
#include "vasa/head/part.h"
#include "vasa/head/rasterizer.h"

#include <array>

namespace vasa::decode {

/// Frames are rasterised at twice their resolution and averaged: smooth edges everywhere, and at
/// the portrait's own pose each sample falls on its own canvas pixel.
constexpr int kOversample = 2;

/// Distances by which teeth, gums, tongue and eyeballs are pushed back in the depth test, so that
/// they never show through lips or lids that the model closes slightly too tightly.
constexpr float kMouthPush_cm = 0.5F;
constexpr float kEyePush_cm = 0.12F;

/// What a vertex of the head contributes to the pixels around it.
struct alignas(32) VertexAttributes {
    float u = 0, v = 0;     ///< canvas pixel, or eye texture pixel on eyeballs
    float from_source = 0;  ///< 1 = colour of the canvas, 0 = the fill colour below
    float red = 0, green = 0, blue = 0;
    float alpha = 0;  ///< 1 = covers the person card, 0 = shows the card
    float lid = 0;    ///< 1 = covered by the closed lid's texture

    /// 1 = the portrait shows this point, or a closed lid covers it.
    VASA_HOST_DEVICE float known() const { return from_source + (1 - from_source) * lid; }
};

/// How the skin's brightness changes at a vertex, against the portrait that is moved.
struct SkinChange {
    float folds[head::kNumFolds] = {};  ///< strengths, indexed by head::Fold
    float light = 0;                    ///< logarithm
};

/// ToothSine and ToothCosine at one of the places that records can hold.
struct ToothWave {
    float sine, cosine;
};
constexpr int kNumToothWaves = 1700;

namespace kernels {

/// Data that all frames of a portrait share.
struct Scene {
    using Corners = std::array<int, 3>;

    const Corners* head_triangles = nullptr;
    const head::Part* head_parts = nullptr;      ///< of triangles
    const signed char* lid_of = nullptr;         ///< of triangles: HeadLayer::lid_of()
    const head::Part* vertex_parts = nullptr;    ///< [V]
    const float* rest = nullptr;                 ///< [V, 3] head at rest, cm
    const core::Vec2f* source_places = nullptr;  ///< [V] canvas pixels; may be null on a GPU
    const core::Vec2f* lid_places[2] = {};       ///< [V] LidTexture::place_px
    ImageView eyes[2], lids[2];                  ///< right eye first
    const Corners* card_triangles = nullptr;
    const core::Vec2f* card_places = nullptr;  ///< [N] canvas pixels
    ImageView canvas;
    const std::uint8_t* plate = nullptr;       ///< [frame_px, frame_px, 3]
    const ToothWave* tooth_waves = nullptr;    ///< [kNumToothWaves]
    const core::Vec2f* fold_places = nullptr;  ///< [V] texels of `folds`
    ImageView folds;  ///< head::SkinFolds::both_sides(); no data = skin that only moves
    float fold_tint[3] = {1, 1, 1};  ///< share of a fold's change in red, green and blue
    int num_vertices = 0, num_card_points = 0;
    int num_head_triangles = 0, num_card_triangles = 0;
    float focal_px = 0;         ///< of the frame
    float scale_condition = 0;  ///< scale_condition() of the portrait
};

/// The posed head of one frame.
struct Posed {
    const VertexAttributes* attributes = nullptr;  ///< [V]
    const float* shading = nullptr;                ///< [V] light on the parts inside the mouth
    const float* normals = nullptr;                ///< [V, 3] camera space
    const SkinChange* changes = nullptr;           ///< [V]; null = skin that only moves
    float behind = 0;  ///< how much of the head shows behind the card, 0..1
};

}  // namespace kernels
}  // namespace vasa::decode
