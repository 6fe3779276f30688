// SPDX-License-Identifier: Apache-2.0
// Colours of teeth, gums, tongue and mouth lining in a portrait's light.
#pragma once

#include "kernels/scene.h"
#include "scene/canvas_colours.h"
#include "scene/ramp.h"
#include "scene/source_view.h"

#include "vasa/core/colour.h"

#include <array>
#include <optional>
#include <vector>

namespace vasa::decode {

/// When a portrait shows teeth, and which of its pixels they are.
struct TeethColourParams {
    float inset_px = 3.0F;             ///< canvas pixels inside the lips' edge, which mix with them
    int min_pixels = 40;               ///< canvas pixels; fewer may be one highlight on a lip
    float bright_fraction = 0.3F;      ///< of the opening's pixels: the rest is gaps and tongue
    core::TeethSaturation saturation;  ///< of what is not a tongue
    float luminance_of_skin = 0.8F;    ///< luminance from this part of the skin's: gaps are dark
};

/// Colour of the teeth in the light that a portrait shows, if it does.
/// @param lips  inner_lips()
/// @param skin  mean_skin()
std::optional<Rgb> teeth_colour(const core::ImageU8& canvas,
                                const std::vector<core::Vec2f>& lips,
                                const Rgb& skin,
                                const TeethColourParams& params = {});

/// What the inside of a mouth is coloured by.
struct MouthColourParams {
    using Albedo = std::array<float, 3>;

    // Red, green and blue in the usual light of portraits, where white has luminance 1.
    Albedo teeth = {1.02F, 0.865F, 0.80F};
    Albedo gums = {0.87F, 0.61F, 0.56F};
    Albedo tongue = {0.98F, 0.47F, 0.46F};
    Albedo lining = {0.34F, 0.13F, 0.12F};

    // Brightness of the light, 0..255: the face's bright part, and the eyes' white where it shows.
    int bright_percentile = 90;     ///< of the skin's luminance: above it lie highlights
    float eye_white_weight = 0.5F;  ///< of the eyes' white against the skin
    float white_over_skin = 1.1F;   ///< luminance of white, of the bright skin's
    float min_light = 40.0F;        ///< a mouth in a dark portrait is still seen
    float max_light = 235.0F;       ///< below 255, so that shading can brighten

    // Colour of the light, told by the skin: where it is redder or yellower than usual, so are
    // teeth, by a part of it. Fitted to portraits that show teeth. Logarithms against green.
    float usual_red = 0.294F;    ///< of the skin
    float usual_blue = -0.145F;  ///< of the skin
    float red_gain = 0.33F;      ///< of teeth, per unit of the skin
    float blue_gain = 0.52F;     ///< of teeth, per unit of the skin
    float max_cast = 0.8F;       ///< of the skin; more is make-up or a coloured lamp

    Ramp colourfulness = {0.02F, 0.14F};  ///< saturation of the skin: black-and-white to colour
    float min_gap = 0.03F;          ///< of a mouth that counts as open, part of the eye distance
    float teeth_luminance = 0.85F;  ///< of the portrait's own teeth: the shading comes on top
    Ramp inside_lips_px = {-1.0F, 3.0F};  ///< canvas pixels inside the lips: what the photo shows
};

/// Fills colours and `from_source` of the vertices inside the mouth.
/// @param lips    inner_lips()
/// @param skin    mean_skin()
/// @param white   luminance of the brighter eye's white, 0..255; 0 = not seen
/// @param teeth   teeth_colour()
/// @param vertices  [V] of the head, the skin's colours filled
/// @return        how colourful the portrait is, 0 = black-and-white, 1 = usual
float colour_mouth(const head::HeadModel& model,
                   const head::FaceCode& code,
                   const SourceView& view,
                   const std::vector<core::Vec2f>& lips,
                   const Rgb& skin,
                   float white,
                   const std::optional<Rgb>& teeth,
                   const MouthColourParams& params,
                   std::vector<VertexAttributes>& vertices);

}  // namespace vasa::decode
