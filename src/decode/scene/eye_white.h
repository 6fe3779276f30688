// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scene/eye_patch.h"

#include <optional>

#include <Eigen/Core>

namespace vasa::decode {

/// Which pixels are the white of an eye, and how it looks where the portrait shows none.
struct EyeWhiteParams {
    float start = 1.15F;      ///< least distance from the iris' centre, in its radii
    float min_weight = 0.9F;  ///< of a pixel: those mixed with lids are left out
    int min_px = 12;          ///< canvas pixels of a side; fewer may be lashes
    /// Share of a side's pixels, by luminance, that are its colour: lids and lashes shade the
    /// darker ones, the lighter ones are reflections.
    float from_share = 0.6F, to_share = 0.95F;
    float min_side = 0.88F;  ///< luminance relative to the other side: less is the corner's pink
    float spread = 1.6F;     ///< radii from the centre to where a side has its own colour

    /// Luminance relative to an invented one, at least: narrow eyes show it in the shade of lids.
    float min_light = 0.7F;

    // Invented. The colour was measured on 968 open eyes; logarithms relative to green.
    float of_skin = 1.12F;  ///< luminance relative to the mean of all skin, shaded parts included
    float red_gain = 0.66F, red = -0.03F, blue_gain = 0.52F, blue = 0.017F;
};

/// The white of one eye, lit evenly: what lids shade is EyeShade's.
class EyeWhite {
  public:
    /// Of what the portrait shows; nothing if it shows too little.
    static std::optional<EyeWhite> seen(const EyePatch& known,
                                        const IrisDisc& iris,
                                        const EyeWhiteParams& params);
    /// In the light that falls on the skin.
    /// @param colourful  0 = black-and-white portrait, 1 = usual
    static EyeWhite invented(const Eigen::RowVector3f& skin,
                             float colourful,
                             const EyeWhiteParams& params);

    /// The same colour, as light as `other` times `share` at least.
    EyeWhite lightened(const EyeWhite& other, float share) const;

    /// @param dx  radii from the iris' centre to the image's right
    Eigen::RowVector3f at(float dx) const;
    Eigen::RowVector3f mean() const { return (left_ + right_) / 2; }

  private:
    EyeWhite(Eigen::RowVector3f left, Eigen::RowVector3f right, float spread)
        : left_(std::move(left)), right_(std::move(right)), spread_(spread) {}

    Eigen::RowVector3f left_, right_;  ///< beside the iris, in the image
    float spread_;
};

}  // namespace vasa::decode
