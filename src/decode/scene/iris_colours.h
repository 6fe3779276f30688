// SPDX-License-Identifier: Apache-2.0
// Colours of an iris by place: those that the portrait shows, and invented ones.
#pragma once

#include "scene/eye_patch.h"

#include "vasa/decode/eye_colour.h"

#include <array>
#include <vector>

#include <Eigen/Core>

namespace vasa::decode {

/// How an iris looks. Radii are fractions of the iris' radius; shares are of the luminance.
struct IrisColourParams {
    using Share = std::array<float, 3>;

    // Red, green and blue relative to the white: clusters of 968 open eyes, without the shade that
    // lids cast.
    Share brown = {0.40F, 0.28F, 0.20F}, blue = {0.42F, 0.55F, 0.64F},
          green = {0.46F, 0.52F, 0.40F}, grey = {0.54F, 0.58F, 0.60F},
          hazel = {0.52F, 0.41F, 0.28F};

    float pupil = 0.34F;        ///< radius, in the usual light of portraits
    float pupil_edge = 0.05F;   ///< its softness
    float pupil_share = 0.13F;  ///< of the iris' own light
    float collarette = 0.48F;   ///< radius of the lighter ring round the pupil
    float collarette_width = 0.1F, collarette_gain = 0.35F;
    float limbus = 0.82F;          ///< from here on the iris darkens towards its edge
    float limbus_share = 0.5F;     ///< at the edge
    float fibres = 0.16F;          ///< amplitude of radial streaks
    float fibres_of_seen = 0.03F;  ///< likewise, where the portrait's own colours are continued

    // The lamp's reflection on the cornea, above the pupil, towards the lighter cheek.
    float light_x = 0.27F, light_y = -0.3F, light_radius = 0.17F, light_edge = 0.08F;
    float light_gain = 1.6F;  ///< relative to the white
    float light_cover = 0.9F;

    int num_rings = 24;
    float profile_end = 1.15F;                  ///< maximum radius of sampled colours
    int min_ring_px = 3;                        ///< pixels that a ring's colour needs
    float from_share = 0.2F, to_share = 0.75F;  ///< of a ring's pixels by luminance: no highlights
    float base_from = 0.45F, base_to = 0.85F;   ///< radii whose colours are the iris' own
};

/// Colours of one iris.
class IrisColours {
  public:
    /// Of what the portrait shows, completed.
    IrisColours(const EyePatch& known, const IrisDisc& iris, const IrisColourParams& params);
    /// Invented.
    /// @param white       colour of the eye's white
    /// @param colourful   0 = black-and-white portrait, 1 = usual
    /// @param light_side  -1 = lit from the image's left, 1 = from its right
    IrisColours(EyeColour colour,
                const Eigen::RowVector3f& white,
                float colourful,
                float light_side,
                const IrisColourParams& params);

    /// Colour at a place, in radii from the centre.
    Eigen::RowVector3f at(float dx, float dy) const;

    /// Share of the disc that the portrait shows, 0..1; 0 for an invented one.
    float seen() const { return seen_; }

  private:
    Eigen::RowVector3f model(float radii) const;

    IrisColourParams params_;
    Eigen::RowVector3f base_, white_;
    std::vector<Eigen::RowVector3f> rings_;
    float light_side_ = 0, seen_ = 0;
};

}  // namespace vasa::decode
