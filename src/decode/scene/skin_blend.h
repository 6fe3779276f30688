// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scene/ramp.h"
#include "scene/source_view.h"

#include "vasa/head/face_code.h"
#include "vasa/head/head_model.h"

#include <utility>
#include <vector>

namespace vasa::decode {

/// Where the head mesh covers the person card. Places are in the head model at rest, cm: x
/// sideways, y up, z to the viewer.
struct SkinBlendParams {
    Ramp hair_y_cm = {6.8F, 8.6F};     ///< the mesh ends below the hairline: the card shows hair
    Ramp chin_y_cm = {-11.5F, -9.0F};  ///< it begins at the skin under the chin
    Ramp ear_x_cm = {6.6F, 7.8F};      ///< it ends before the ears
    Ramp front_z_cm = {-0.5F, 2.0F};   ///< it ends before the neck
    // Sides that the portrait does not show: the card shows hair, ears and neck.
    Ramp side_x_cm = {4.2F, 5.8F};
    Ramp side_y_cm = {-7.5F, -5.0F};
    // The jaw's skin continues round the corner only where just background lies beside it.
    Ramp above_jaw_y_cm = {-2.5F, -0.5F};
    float bare_step = 0.07F;              ///< between samples beside the jaw, of the eye distance
    int bare_steps = 3;                   ///< number of samples
    Ramp bare_background = {0.3F, 0.8F};  ///< mean background there, 0..1
    int smoothing_passes = 2;             ///< over neighbours: hides the triangles at the border
    // The mesh is left out where the model's outline lies outside the portrait's, except for turned
    // heads, which have nothing else there.
    Ramp turned_rad = {0.07F, 0.25F};  ///< rotation from the portrait's pose
};

/// Cover of the person card by the head mesh.
struct SkinBlend {
    std::vector<float> alpha;  ///< [V] 1 = the mesh, 0 = the card
    /// Vertices that the portrait should show but that lie on its background, and how much.
    std::vector<std::pair<int, float>> overhang;
};

/// @param neighbours  vertex_neighbours()
SkinBlend make_skin_blend(const head::HeadModel& model,
                          const head::FaceCode& code,
                          const SourceView& view,
                          const std::vector<std::vector<int>>& neighbours,
                          const SkinBlendParams& params);

}  // namespace vasa::decode
