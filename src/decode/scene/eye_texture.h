// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scene/canvas_colours.h"
#include "scene/eye_white.h"
#include "scene/iris_colours.h"
#include "scene/iris_fit.h"
#include "scene/ramp.h"

#include "vasa/core/image.h"
#include "vasa/decode/eye_colour.h"
#include "vasa/head/face_code.h"
#include "vasa/head/face_measures.h"
#include "vasa/head/head_model.h"

#include <array>

namespace vasa::decode {

/// How eyeballs are completed. Lengths without a unit are fractions of the eye's width.
struct EyeTextureParams {
    float margin = 0.5F;       ///< beyond the corners: a turned eye shows this much more
    float half_height = 1.0F;  ///< above and below the middle: the lids open no further
    int min_size_px = 8, max_size_px = 600;  ///< of the texture, canvas pixels
    float inset = 0.02F;   ///< inside the lids' edge: lashes and the wet edge are not eyeball
    float edge_px = 3.0F;  ///< canvas pixels over which the portrait fades into the completion

    // The lower lid's wet edge and lashes are darker than the white. They would rise with the eye.
    float rim = 0.12F;                ///< above the lower lid
    Ramp rim_below = {0.0F, 0.5F};    ///< radii under the iris' middle: none of it, all of it
    Ramp rim_light = {0.70F, 0.86F};  ///< of the white's luminance: no part of it, and all of it

    float iris_end = 1.08F;   ///< radii: where the completed iris has faded into the white
    float iris_edge = 0.14F;  ///< radii: width of that fade

    /// head::lid_opening(): nothing of a shut eye is used, all of an open one.
    Ramp showing = {head::kShutLids, 0.18F};
    float covered_blink = 0.95F;  ///< action of an eye that is behind something, at least
    float min_seen = 0.1F;        ///< share of the iris; less says nothing about its colour

    Ramp colourfulness = {0.02F, 0.14F};  ///< saturation of the skin: black-and-white to colour

    IrisFitParams fit;
    IrisColourParams iris;
    EyeWhiteParams white;
};

/// The visible part of one eyeball completed under the lids: canvas colours inside the lid opening,
/// the iris continued as a disc, the white continued evenly. Of a shut eye, all is made up.
struct EyeTexture {
    core::ImageU8 image;             ///< colours, and 255 where the portrait showed them
    float left = 0, top = 0;         ///< canvas pixel of the image's corner
    Rgb white_colour = Rgb::Zero();  ///< seen or not, evenly lit
    float white = 0;  ///< luminance of the brightest white seen, 0..255; 0 if the eye is shut
    bool is_covered = false;   ///< by sunglasses and the like: no eye, and no shade on it
    bool is_invented = false;  ///< the portrait shows nothing of the iris
};

/// Both eyes, the right one (image left) first. An eye that is shut looks like the other one if
/// that is open.
/// @param skin    mean_skin()
/// @param colour  of irises that the portrait does not show
std::array<EyeTexture, 2> make_eye_textures(const head::Person& person,
                                            const head::FaceCode& code,
                                            const Rgb& skin,
                                            EyeColour colour,
                                            const EyeTextureParams& params = {});

}  // namespace vasa::decode
