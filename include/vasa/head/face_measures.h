// SPDX-License-Identifier: Apache-2.0
// Lengths and positions on a face, computed from its landmarks.
#pragma once

#include "vasa/head/landmarks.h"

namespace vasa::head {

/// Gap of an eye's lids in its middle, relative to the distance of its corners: about 0.3 of open
/// eyes, below 0.12 of shut ones.
/// @param eye  0 = right (image left), 1 = left
float lid_opening(const Landmarks& landmarks, int eye);

/// lid_opening() below which an eye shows nothing of its iris.
constexpr float kShutLids = 0.12F;

/// Distance of the outer eye corners, pixels: the unit of all landmark errors.
float eye_distance_px(const Landmarks& landmarks);

/// Distance between the middles of the lips, pixels.
float mouth_gap_px(const Landmarks& landmarks);

/// mouth_gap_px() / eye_distance_px(); eye distances below one pixel count as one pixel.
float mouth_gap(const Landmarks& landmarks);

/// Midpoint of two landmarks, pixels.
core::Vec2f middle_of(const Landmarks& landmarks, int a, int b);

/// Midpoint of an eye's corners, pixels; eye 0 = right (image left).
core::Vec2f eye_middle(const Landmarks& landmarks, int eye);

/// Midpoint between the lips' inner edges, pixels.
core::Vec2f mouth_middle(const Landmarks& landmarks);

}  // namespace vasa::head
