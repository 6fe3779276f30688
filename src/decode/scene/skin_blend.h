// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scene/ramp.h"
#include "scene/source_view.h"

#include "vasa/head/face_code.h"
#include "vasa/head/head_model.h"

#include <utility>
#include <vector>

namespace vasa::decode {

/// Where the head mesh covers the person card. Places are those of the head model at rest, cm: x
/// aside, y up, z to the viewer.
struct SkinBlendParams {
    Ramp hair_y_cm = {6.8F, 8.6F};     ///< the mesh ends below the hairline: hair is the card's
    Ramp chin_y_cm = {-11.5F, -9.0F};  ///< it begins with the skin under the chin
    Ramp ear_x_cm = {6.6F, 7.8F};      ///< it ends before the ears
    Ramp front_z_cm = {-0.5F, 2.0F};   ///< it ends before the neck
    // Sides that the portrait did not see: hair, ears and neck are the card's.
    Ramp side_x_cm = {4.2F, 5.8F};
    Ramp side_y_cm = {-7.5F, -5.0F};
    // Only where nothing but background lies beside the jaw its skin goes on round the corner.
    Ramp above_jaw_y_cm = {-2.5F, -0.5F};
    float bare_step = 0.07F;              ///< between places beside the jaw, of the eye distance
    int bare_steps = 3;                   ///< so many places are looked at
    Ramp bare_background = {0.3F, 0.8F};  ///< mean background there, 0..1
    int smoothing_passes = 2;             ///< over neighbours: a border is soft, triangles are not
    // Where the model's outline lies outside the portrait's it is left out, but for turned heads,
    // which have nothing else there.
    Ramp turned_rad = {0.07F, 0.25F};  ///< rotation from the portrait's pose
};

/// How much of the head mesh there is over the person card.
struct SkinBlend {
    std::vector<float> alpha;  ///< [V] 1 = the mesh, 0 = the card
    /// Vertices that the portrait should show, but has background for, and how much.
    std::vector<std::pair<int, float>> overhang;
};

/// @param neighbours  vertex_neighbours()
SkinBlend make_skin_blend(const head::HeadModel& model,
                          const head::FaceCode& code,
                          const SourceView& view,
                          const std::vector<std::vector<int>>& neighbours,
                          const SkinBlendParams& params);

}  // namespace vasa::decode
