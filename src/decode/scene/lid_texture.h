// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/head/face_code.h"
#include "vasa/head/head_model.h"

#include <array>
#include <cstddef>
#include <vector>

namespace vasa::decode {

/// One closed lid unrolled: x runs along the lid's edge, y across it. A portrait with open eyes
/// does not show it, so it is made from the skin above and below, with lashes as dark as the
/// portrait's.
struct LidTexture {
    static constexpr int kWidth_px = 160, kHeight_px = 104;
    static constexpr float kPixelsPerCm = 40.0F;
    static constexpr float kEdgeRow_px = 84.0F;  ///< row of the lid's edge

    core::ImageU8 image;  ///< colours and their cover: 255 on the lid, lashes below it
    /// [V] texture pixel of each vertex near the lid, y < 0 elsewhere.
    std::vector<core::Vec2f> place_px;
};

/// Which vertices a closed lid's texture covers, cm; widths are fractions of the eye's width.
struct LidPlaceParams {
    float beside = 0.35F;    ///< beyond the corners
    float behind_cm = 2.5F;  ///< behind the lid's front: the temple lies deeper
    float below_cm = 1.0F;   ///< below the edge: the lashes' reach
    float above_cm = 3.0F;   ///< above the edge: the texture is no higher
};

/// Skin of a closed lid: a gradient from the colour below the eye, at the edge, to that above the
/// crease. The portrait does not show the lid, and lids and brow shade the skin above and below, so
/// the two colours are mixed and smoothed.
struct LidSkinParams {
    float sample_radius_cm = 0.18F;  ///< of the means: removes pores and single lashes
    float above_part = 0.55F;  ///< of the way from the lid's edge to the brow: over the crease
    float below_cm = 0.7F;     ///< under the lower lid: below its lashes
    int smoothing_passes = 6;  ///< along the eye: no streaks from brow hairs or wrinkles

    float blend_height_cm = 1.2F;  ///< from the edge to the full upper colour
    // Weights of the colours above and below at the edge, and the weight that shifts between them.
    float above_at_edge = 0.3F, below_at_edge = 0.7F, blend_gain = 0.6F;

    // The fold where the open lid was tucked in: a soft shade, lower towards the corners.
    float crease_cm = 0.62F, crease_fall_cm = 0.25F;  ///< above the edge in the middle; at corners
    float crease_width_cm = 0.055F;                   ///< standard deviation
    float crease_shade = 0.13F;

    // The eyeball makes the lid bulge: its middle is lighter than its sides.
    float bulge_light = 1.03F, bulge_fall = 0.14F;

    // Pores and wrinkles come from the skin below the eye.
    float donor_cm = 0.35F;        ///< under the lower lid: the source for the lid's edge
    float donor_step = 0.8F;       ///< further down per cm up the lid
    float donor_radius_cm = 0.2F;  ///< of the mean that they are relative to
    float min_detail = 0.88F, max_detail = 1.12F;  ///< beyond are moles and lashes
};

/// Lashes: a soft row along the lid's edge, thinner at the nose, of strokes that hang from it.
struct LashParams {
    // Where the portrait is searched for the darkest lashes: along the edge, and across it.
    float from_along = 0.1F, along_range = 0.8F;  ///< fractions of the eye's width
    float step_cm = 0.04F;    ///< across, up to three steps above: the iris is below
    std::size_t darkest = 3;  ///< one sample in this many is lash

    // Cover at the corners; `outer` is 0 at the nose, 1 at the temple.
    float inner_gain = 4.0F, inner_min = 0.2F;  ///< lashes grow towards the temple
    float end_gain = 6.0F;                      ///< they end at the corners
    float line_cover = 0.4F;                    ///< of their roots, at most
    float line_comb = 0.45F;                    ///< share of it that only the strokes have
    float line_height_cm = -0.01F;              ///< of their middle above the edge
    float line_width_cm = 0.07F;                ///< standard deviation
    float inner_length_cm = 0.2F;               ///< of strokes at the nose
    float outer_length_cm = 0.28F;              ///< their growth towards the temple
    float strokes = 17.0F;                      ///< along the eye
    float spread = 2.5F, spread_gain = 6.0F;    ///< strokes fan out from `spread_from`
    float spread_from = 0.45F;
    float stroke_cover = 0.5F;  ///< of a stroke, at most
    float haze_cover = 0.22F;   ///< between strokes: hairs thinner than a pixel
};

/// Edges of lids that the portrait shows shut, once they are open. Its lash row lies on the lower
/// lid's skin then, and the upper lid has none.
struct OpenLidParams {
    float lash_height_cm = 0.03F,
          lash_width_cm = 0.045F;  ///< middle above the upper edge; deviation
    float lash_cover = 0.75F;
    float skin_to_cm = 0.26F, fade_to_cm = 0.5F;  ///< below the edge: skin over the lash row
    float skin_light = 0.96F;                     ///< relative to the skin below the eye
    float wet_edge_cm = 0.09F;                    ///< pink edge of the lower lid
    float wet_light = 1.06F, wet_red = 0.05F;
    float lower_lash_cover = 0.16F, lower_lash_cm = 0.16F, lower_lash_width_cm = 0.05F;
};

/// How a closed lid is painted.
struct LidTextureParams {
    LidPlaceParams place;
    LidSkinParams skin;
    LashParams lashes;
    OpenLidParams open;
    float corner_margin = 0.04F;  ///< beyond the eye's corners, of its width
    float corner_gain = 12.0F;    ///< the cover falls to nothing within 1/12 of the eye's width
};

/// @param eye     0 = right (image left), 1 = left
/// @param closed  [V, 3] the person's head with closed eyes, head space
LidTexture make_lid_texture(const head::HeadModel& model,
                            const head::FaceCode& code,
                            const head::Points& closed,
                            int eye,
                            const LidTextureParams& params = {});

/// The edges of both lids of an eye that the portrait shows shut, once it is open: the places are
/// those of the closed lid. Parameters as above.
LidTexture make_open_lid_texture(const head::HeadModel& model,
                                 const head::FaceCode& code,
                                 const head::Points& closed,
                                 int eye,
                                 const LidTextureParams& params = {});

}  // namespace vasa::decode
