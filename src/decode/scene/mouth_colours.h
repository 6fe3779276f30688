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
    float inset_px = 3.0F;             ///< canvas pixels inside the lips' edge: nearer ones mix
    int min_pixels = 40;               ///< canvas pixels; fewer may be one highlight on a lip
    float bright_fraction = 0.3F;      ///< of the opening's pixels: the others are gaps and tongue
    core::TeethSaturation saturation;  ///< limit that excludes the tongue
    float luminance_of_skin = 0.8F;    ///< minimum, of the skin's luminance: gaps are dark
};

/// Colour of the teeth in the portrait's light, if the portrait shows teeth.
/// @param lips  inner_lips()
/// @param skin  mean_skin()
std::optional<Rgb> teeth_colour(const core::ImageU8& canvas,
                                const std::vector<core::Vec2f>& lips,
                                const Rgb& skin,
                                const TeethColourParams& params = {});

/// When a portrait's teeth are used as texture: never stretched over gaps, lips or a tongue.
struct WholeTeethParams {
    float min_share = 0.9F;         ///< of the teeth that the portrait should show, which it shows
    float min_luminance = 0.7F;     ///< of a place of a tooth, of the teeth's colour
    int min_places = 25;            ///< vertices of teeth between the lips; fewer say nothing
    float min_source_scale = 0.8F;  ///< portrait pixels per frame pixel; fewer are not sharp
    float inset_px = 2.0F;          ///< canvas pixels inside the lips' edge
};

/// Whether the portrait's teeth lie where the head model has them, and are sharp.
/// @param lips   inner_lips()
/// @param teeth  teeth_colour()
bool shows_whole_teeth(const head::HeadModel& model,
                       const head::FaceCode& code,
                       const SourceView& view,
                       const std::vector<core::Vec2f>& lips,
                       const Rgb& teeth,
                       const WholeTeethParams& params = {});

/// How the inside of a mouth is coloured.
struct MouthColourParams {
    using Albedo = std::array<float, 3>;

    // Red, green and blue in the usual light of portraits, where white has luminance 1.
    Albedo teeth = {1.02F, 0.865F, 0.80F};
    // Teeth are yellower at the gums and greyer at the edge, where light passes through.
    Albedo tooth_neck = {0.98F, 0.94F, 0.84F}, tooth_edge = {0.93F, 0.96F, 1.0F};  ///< factors
    // Heights in the head at rest.
    Ramp upper_neck_cm = {-3.1F, -2.7F}, upper_edge_cm = {-3.45F, -3.68F};
    Ramp lower_neck_cm = {-3.8F, -4.2F}, lower_edge_cm = {-3.45F, -3.25F};
    Albedo between_teeth = {0.80F, 0.62F, 0.56F};  ///< enamel seen through a gap
    float tooth_variation = 0.025F;                ///< of the luminance, from one tooth to another
    float canine_luminance = 0.95F;                ///< relative to incisors
    std::array<float, 2> canine_x_cm = {1.25F, 1.95F};
    Albedo gums = {0.87F, 0.61F, 0.56F};
    Albedo tongue = {0.92F, 0.50F, 0.48F};
    Albedo lining = {0.62F, 0.25F, 0.22F};

    // Brightness of the light, 0..255: the face's bright part, and the eyes' white where it shows.
    int bright_percentile = 90;     ///< of the skin's luminance: highlights are above it
    float eye_white_weight = 0.5F;  ///< of the eyes' white relative to the skin
    float white_over_skin = 1.1F;   ///< luminance of white / that of bright skin
    float min_light = 40.0F;        ///< keeps a mouth visible in a dark portrait
    float max_light = 235.0F;       ///< below 255, so that shading can brighten

    // Colour of the light, estimated from the skin: if it is redder or yellower than usual, so are
    // teeth, by a fraction of it. Fitted to portraits with teeth. Logarithms relative to green.
    float usual_red = 0.294F;    ///< of the skin
    float usual_blue = -0.145F;  ///< of the skin
    float red_gain = 0.33F;      ///< of teeth, per unit of the skin
    float blue_gain = 0.52F;     ///< of teeth, per unit of the skin
    float max_cast = 0.8F;       ///< of the skin; more is make-up or a coloured lamp

    Ramp colourfulness = {0.02F, 0.14F};  ///< saturation of the skin: black-and-white to colour
    float min_gap = 0.03F;                ///< minimum of an open mouth, of the eye distance
    float teeth_luminance = 0.85F;        ///< of the portrait's own teeth, before shading
    Ramp inside_lips_px = {-1.0F, 3.0F};  ///< canvas pixels inside the lips: shows the photo
};

/// The light that falls into a portrait's mouth.
struct MouthLight {
    float colourfulness = 1;  ///< of the portrait: 0 = black-and-white, 1 = usual
    float luminance = 0;      ///< of white, 0..255
};

/// Fills colours and `from_source` of the vertices inside the mouth.
/// @param lips    inner_lips()
/// @param skin    mean_skin()
/// @param white   luminance of the brighter eye's white, 0..255; 0 = not seen
/// @param teeth   teeth_colour()
/// @param vertices  [V] of the head, the skin's colours filled
MouthLight colour_mouth(const head::HeadModel& model,
                        const head::FaceCode& code,
                        const SourceView& view,
                        const std::vector<core::Vec2f>& lips,
                        const Rgb& skin,
                        float white,
                        const std::optional<Rgb>& teeth,
                        const MouthColourParams& params,
                        std::vector<VertexAttributes>& vertices);

}  // namespace vasa::decode
