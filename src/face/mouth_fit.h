// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/head/landmark_fit.h"

#include <array>

namespace vasa::face {

/// Priors on jaw and lips, tried besides the fit's own, as in head::LandmarkFitOptions.
struct MouthPriors {
    double jaw, lips;
};

struct MouthFitParams {
    float min_gap =
        0.03F;  ///< gap of the lips in eye distances: a mouth that is less open shows nothing
    int min_pixels = 25;  ///< between the lips: fewer cannot tell teeth from tongue
    /// Jaws increasingly stiffer than the fit's own (5) and lips increasingly freer (5): the
    /// stiffer the jaw, the more the lips have to explain.
    std::array<MouthPriors, 3> priors = {{{25, 3}, {80, 2.5}, {240, 2}}};
    /// Gap, in eye distances, that a fit may leave unexplained; a larger one is fitted again with
    /// weaker priors: a scream is far from the rest that the priors expect.
    float max_unexplained_gap = 0.03F;
    double wide_action_prior = 1, wide_jaw_prior = 0.5;
    int max_iterations = 6;  ///< of each fit, which starts from the first fit
    /// Gain in agreement with the photo, of 1, that another fit needs: less is pixel noise.
    double min_gain = 0.01;
    /// A fit may explain the landmarks this much worse than the first.
    double max_error_ratio = 1.25, max_error_more = 0.001;

    // Teeth are bright and pale; lips and tongue are bright and red.
    float redness = 0.6F;  ///< fraction of brightness that full saturation removes
    /// Teeth are brighter than the mean of dark and light, or than this fraction of the light: in a
    /// smile nearly all pixels are teeth, including the darker half.
    float darkest_teeth = 0.62F;
    /// Saturation of teeth relative to the cheeks: under warm light teeth are yellow, but less so
    /// than the skin. Skin below `colourless` (a grey photo) gives no information.
    float paleness = 0.85F, colourless = 0.08F;
    float cheek_reach = 0.08F;   ///< of the cheek patches, in eye distances
    float mouth_push_cm = 0.5F;  ///< keeps the inside of the mouth behind the lips
};

/// Part of the gap between the lips that a fit does not explain, in eye distances: what stays open
/// when the model's lips meet. Negative where the fit opens the mouth too far.
float unexplained_gap(const head::HeadModel& model,
                      const head::Camera& camera,
                      const head::LandmarkFit& fit,
                      const head::Landmarks& landmarks);

/// Settles an open mouth with the photo: landmarks alone explain smiles by an open jaw, so that the
/// model shows tongue where the photo shows teeth. Several priors on the jaw are tried; the fit
/// whose teeth agree best with the bright pixels between the lips is kept. A mouth that is open
/// wider than the default priors allow is first fitted with weaker ones.
///
/// @param crop       [512, 512, 3]
/// @param landmarks  crop pixels
/// @param first      fit with the default priors
/// @return           the best fit, possibly `first`
head::LandmarkFit settle_mouth(const head::HeadModel& model,
                               const head::Camera& camera,
                               const core::ImageU8& crop,
                               const head::Landmarks& landmarks,
                               const head::LandmarkFitOptions& options,
                               const head::LandmarkFit& first,
                               const MouthFitParams& params = {});

}  // namespace vasa::face
