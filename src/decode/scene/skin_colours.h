// SPDX-License-Identifier: Apache-2.0
// Where the head's skin shows the portrait, and its colours elsewhere.
#pragma once

#include "kernels/scene.h"
#include "scene/canvas_colours.h"
#include "scene/ramp.h"
#include "scene/source_view.h"

#include <vector>

namespace vasa::decode {

/// Skin beside the lips' edge where the portrait shows teeth. Lengths are fractions of the eye
/// distance: the landmarks' errors grow with the face.
struct LipEdgeParams {
    float reach = 0.03F;          ///< outwards from the lips' edge, searched for teeth
    float lip_distance = 0.045F;  ///< outwards from the edge to what is certainly lip
    float step = 0.007F;          ///< to places around a vertex that must not be teeth either
    float min_contrast = 25.0F;   ///< between lip and teeth, 0..255; less is indistinguishable
    Ramp beside_edge = {-0.020F, -0.008F};  ///< inside the edge: landmarks are no more accurate
    Ramp teeth_part = {0.15F, 0.45F};       ///< from the lip's colour (0) to that of teeth (1)
};

/// Lowers `from_source` of vertices on the lips where the portrait shows teeth.
/// @param lips      inner_lips()
/// @param teeth     teeth_colour()
/// @param vertices  [V] of the head
void uncover_teeth(const head::HeadModel& model,
                   const head::FaceCode& code,
                   const std::vector<core::Vec2f>& lips,
                   const Rgb& teeth,
                   const LipEdgeParams& params,
                   std::vector<VertexAttributes>& vertices);

/// Colours of skin that the portrait does not show.
struct SkinColourParams {
    int passes = 200;              ///< of spreading: colours must reach the back of the head
    float lash_reach_cm = 0.55F;   ///< from the lids' edges: lashes and make-up tint the skin
    float radius = 0.02F;          ///< of the mean, of the eye distance: removes pores, freckles
    int min_radius_px = 3;         ///< canvas pixels
    float min_from_source = 0.6F;  ///< of vertices whose colours are known
    float max_lid = 0.05F;         ///< of those: the portrait shows the eye at hidden lids
};

/// Fills the colours of all vertices: colours of seen skin spread along the surface to unseen skin.
/// @param lid_hidden  [V] how much of a vertex only shows when the eye is closed
/// @param neighbours  vertex_neighbours()
/// @param vertices    [V] of the head
void spread_skin_colours(const head::HeadModel& model,
                         const head::FaceCode& code,
                         const SourceView& view,
                         const std::vector<float>& lid_hidden,
                         const std::vector<std::vector<int>>& neighbours,
                         const SkinColourParams& params,
                         std::vector<VertexAttributes>& vertices);

}  // namespace vasa::decode
