// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/rng.h"
#include "vasa/decode/face_state.h"
#include "vasa/decode/geometry_renderer.h"
#include "vasa/head/face_code.h"
#include "vasa/head/head_model.h"

namespace vasa::pairs {

/// A state unlike the portrait's, so that what the portrait shows is hidden in it: open mouths are
/// mostly closed, closed ones opened, lids moved, the head turned a little.
decode::FaceState sample_other_state(const head::FaceCode& code, core::Rng& rng);

/// The portrait as if it had been taken in another state: the geometry's frame of that state, as a
/// FaceCode of its own. Rendering it back in the portrait's own state gives what the frame decoder
/// sees, and the portrait itself is what it should paint.
///
/// @param renderer  of `code`
/// @param state     where the geometry puts the face
/// @param believed  what the new FaceCode says of it; another one stands for errors of the fit
head::FaceCode make_pseudo_source(const head::HeadModel& model,
                                  const head::FaceCode& code,
                                  decode::GeometryRenderer& renderer,
                                  const decode::FaceState& state,
                                  const decode::FaceState& believed);

}  // namespace vasa::pairs
