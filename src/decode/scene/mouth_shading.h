// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/scene.h"
#include "scene/ramp.h"

#include "vasa/head/head_model.h"
#include "vasa/head/posed_head.h"

#include <array>
#include <vector>

namespace vasa::decode {

/// How light falls into an open mouth. Lengths are those of the head, in cm. The opening between
/// the lips lights the inside like a window: a place at distance r from it gets W / (W + pi r^2) of
/// the light outside, where W is the window's area.
struct MouthShadingParams {
    /// W / the opening's area: wet walls throw the light on.
    float window_gain = 3.2F;
    float min_window_cm2 = 0.7F;  ///< light that comes through lips and cheeks
    float lip_depth_cm = 0.75F;   ///< from the lips' edge to the front teeth, which get it all
    float width_share = 0.95F;    ///< of the opening's width: its corners are narrow
    /// Distances to the side of the window and above it, relative to those behind it.
    float aside = 0.8F, above = 0.8F;

    // Light on a part relative to that at its place.
    float upper_teeth = 1.15F;
    float lower_teeth = 1.08F;
    float upper_gums = 0.9F;
    float lower_gums = 1.3F;
    float tongue = 1.4F;
    float lining = 1.15F;
    float max_light = 1.12F;  ///< of all of them

    Ramp below_upper_lip_cm = {-0.45F, 0.35F};  ///< places above the lip's edge are in its shade
    float lip_shade = 0.68F;                    ///< light there relative to below

    float tongue_min_facing = 0.45F;  ///< light on a surface facing away
    float other_min_facing = 0.74F;   ///< likewise; teeth are round and wet

    // Light that a part gets wherever it is: teeth from each other and from the walls, lower gums
    // from the tongue and the teeth on both sides, but not those behind the tongue.
    float teeth_ambient = 0.25F;
    float lower_gums_ambient = 0.8F;
    Ramp beside_tongue_cm = {3.8F, 5.2F};  ///< depth in the head at rest
    float min_jaw_drop_cm = 0.3F;          ///< of lower gums, as the jaw opens; upper ones stay

    float upper_gap_loss = 0.35F;  ///< light lost on gums between two teeth
    float lower_gap_loss = 0.1F;
    // Height in the head at rest where gums lie between two teeth.
    Ramp upper_gap_cm = {-2.85F, -3.1F};
    Ramp lower_gap_cm = {-4.0F, -3.8F};

    float red_in_shade = -0.28F;     ///< exponent: red walls reflect light onto shaded teeth
    float min_shade_for_red = 0.1F;  ///< below this light they get no redder

    // Highlights on wet surfaces, whose normal is half-way between viewer and lamp.
    float lamp_height = 0.45F;  ///< of the half-way direction, relative to its depth
    float highlight_exponent = 18.0F;
    float teeth_highlight = 0.10F;   ///< of the portrait's light
    float tongue_highlight = 0.22F;  ///< likewise; of gums as well

    /// Difference of the lips' opening from the portrait's over which its own mouth gives way to
    /// the drawn one: its tongue and gums are right for one opening only.
    Ramp own_opening_cm = {0.45F, 0.12F};
};

/// Properties of a portrait that shade_mouth() needs.
struct MouthOfPortrait {
    int upper_lip = 0, lower_lip = 0;  ///< vertices in the middle of the lips' inner edges
    std::array<int, 2> corners{};      ///< vertices at the corners
    float colourfulness = 1;           ///< 0 = black-and-white
    float light = 0;                   ///< luminance of white, 0..255
    float opening_cm = 0;              ///< of the lips in the portrait
    bool keeps_teeth = false;          ///< its teeth are complete enough to be used as texture
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
