// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/rng.h"
#include "vasa/decode/face_state.h"
#include "vasa/decode/geometry_renderer.h"
#include "vasa/head/face_code.h"
#include "vasa/head/head_model.h"

namespace vasa::pairs {

/// Samples a state unlike the portrait's that hides parts which the portrait shows: open mouths are
/// mostly closed, closed ones opened, lids moved, the head turned a little.
decode::FaceState sample_other_state(const head::FaceCode& code, core::Rng& rng);

/// The portrait as if it had been taken in another state: the geometry's frame of that state, as a
/// separate FaceCode. Rendering it back in the portrait's own state gives the input of the frame
/// decoder; the portrait is the target.
///
/// @param renderer  of `code`
/// @param state     the state that the geometry renders
/// @param believed  the state written to the new FaceCode; a different one simulates fit errors
head::FaceCode make_pseudo_source(const head::HeadModel& model,
                                  const head::FaceCode& code,
                                  decode::GeometryRenderer& renderer,
                                  const decode::FaceState& state,
                                  const decode::FaceState& believed);

}  // namespace vasa::pairs
