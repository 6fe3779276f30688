// SPDX-License-Identifier: Apache-2.0
// Colours of a portrait's canvas at places of the head.
#pragma once

#include "scene/source_view.h"

#include "vasa/core/image.h"
#include "vasa/head/face_code.h"
#include "vasa/head/head_model.h"

#include <vector>

#include <Eigen/Core>

namespace vasa::decode {

using Rgb = Eigen::RowVector3f;  ///< red, green, blue, 0..255

/// Mean canvas colour of a square around a point, sampled at up to seven places per side.
/// @param radius_px  half the square's side
Rgb mean_colour(const core::ImageU8& canvas, core::Vec2f p, int radius_px);

/// Mean colour of the skin that the portrait shows from the front; grey if it shows none.
Rgb mean_skin(const head::HeadModel& model, const core::ImageU8& canvas, const SourceView& view);

/// Inner edge of the lips, canvas pixels.
std::vector<core::Vec2f> inner_lips(const head::FaceCode& code);

/// The matte at a place of the canvas, 0..1; 1 beyond the canvas' borders.
float matte_at(const core::ImageU8& canvas, const core::Vec2f& place);

}  // namespace vasa::decode
