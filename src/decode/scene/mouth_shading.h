// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/scene.h"
#include "scene/ramp.h"

#include "vasa/head/head_model.h"
#include "vasa/head/posed_head.h"

#include <vector>

namespace vasa::decode {

/// How light falls into an open mouth. Lengths are those of the head, in cm. The shading of teeth,
/// gums and tongue was measured on portraits that show them.
struct MouthShadingParams {
    Ramp parted_cm = {0.0F, 0.5F};  ///< opening of the lips that lets light onto the teeth
    Ramp wide_cm = {0.2F, 2.2F};    ///< opening of the lips that lets light onto the tongue

    // Light at the lips of a closed mouth, and the gain of an open one. Rows of teeth and gums are
    // right behind the opening, the tongue is further back, the lining is in the cheeks' shade.
    float row_closed = 0.65F, row_gain = 0.35F;
    float tongue_closed = 0.50F, tongue_gain = 0.40F;
    float lining_closed = 0.30F, lining_gain = 0.45F;

    // Decay with the depth behind the lips.
    float lip_depth_cm = 0.8F;     ///< thickness of the lips
    float row_decay_cm = 1.74F;    ///< Gaussian: a row's sides are in the cheeks' shade
    float tongue_decay_cm = 4.0F;  ///< exponential
    float lining_decay_cm = 2.0F;  ///< exponential
    float min_light = 0.08F;       ///< minimum at any depth

    Ramp below_upper_lip_cm = {-0.3F, 1.0F};  ///< places above the lip's edge are in its shade
    float lip_shade = 0.75F;                  ///< light there relative to below

    float tongue_min_facing = 0.35F;  ///< light on a surface facing away
    float other_min_facing = 0.72F;   ///< likewise; teeth are round and wet

    float upper_teeth = 1.2F;   ///< factor on the light that reaches them
    float lower_teeth = 0.9F;   ///< likewise: they stand behind the lower lip
    float gum_gap_loss = 0.5F;  ///< light lost on gums between two teeth
    // Height in the head at rest where gums lie between two teeth, and between the rows.
    float rows_border_cm = -3.55F;
    Ramp upper_gap_cm = {-2.85F, -3.1F};
    Ramp lower_gap_cm = {-4.0F, -3.8F};

    float red_in_shade = -0.17F;     ///< exponent: red walls reflect light onto shaded teeth
    float min_shade_for_red = 0.1F;  ///< below this light they get no redder
};

/// Properties of a portrait that shade_mouth() needs.
struct MouthOfPortrait {
    int upper_lip = 0, lower_lip = 0;  ///< vertices in the middle of the lips' inner edges
    float colourfulness = 1;           ///< 0 = black-and-white
};

/// Shades the vertices inside the mouth of a posed head: light falls in through the lips and fades
/// with depth and with a narrow opening.
/// @param normals  [V, 3] camera space
/// @param vertices [V] their colours are shaded
/// @param shading  [V] light, filled inside the mouth
void shade_mouth(const head::HeadModel& model,
                 const head::PosedHead& target,
                 const head::Points& normals,
                 const MouthOfPortrait& mouth,
                 const MouthShadingParams& params,
                 std::vector<VertexAttributes>& vertices,
                 std::vector<float>& shading);

}  // namespace vasa::decode
