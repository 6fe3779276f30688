// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/head/landmark_fit.h"

namespace vasa::face {

/// Settles an open mouth with the photo: landmarks alone explain smiles with an open jaw, so that
/// the model shows tongue where the photo shows teeth. Several priors on the jaw are tried; the one
/// whose teeth agree best with the bright pixels between the lips is kept.
///
/// @param crop       [512, 512, 3]
/// @param landmarks  crop pixels
/// @param first      fit with the default priors
/// @return           the best fit, possibly `first`
head::LandmarkFit settle_mouth(const head::HeadModel& model,
                               const head::Camera& camera,
                               const core::ImageU8& crop,
                               const std::array<core::Vec2f, 478>& landmarks,
                               const head::LandmarkFitOptions& options,
                               const head::LandmarkFit& first);

}  // namespace vasa::face
