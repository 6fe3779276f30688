// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/scene.h"

#include "vasa/core/image.h"
#include "vasa/head/face_code.h"
#include "vasa/head/head_model.h"
#include "vasa/head/pose.h"
#include "vasa/head/posed_head.h"
#include "vasa/head/rasterizer.h"

#include <array>
#include <vector>

namespace vasa::decode {

/// The head model in the portrait: each vertex's place in the canvas, and which vertices are seen.
struct SourceView {
    head::PosedHead head;
    std::vector<core::Vec2f> uv;  ///< [V] canvas pixels
    std::vector<float> visible;   ///< [V] 0..1
    /// Skin seen at each canvas/2 pixel [640 × 640]: triangle and barycentrics.
    std::vector<head::RasterSample> skin;
    static constexpr int kSkinSize_px = head::kCanvasSize_px / 2;
};
SourceView make_source_view(const head::HeadModel& model,
                            const head::Person& person,
                            const head::FaceCode& code);

/// Vertex neighbours of a mesh.
std::vector<std::vector<int>> vertex_neighbours(int num_vertices,
                                                const std::vector<std::array<int, 3>>& triangles);

/// Even-odd test of a closed polygon, and signed distance to it (inside > 0), pixels.
float signed_distance(const std::vector<core::Vec2f>& polygon, float x, float y);

}  // namespace vasa::decode
