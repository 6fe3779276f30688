// SPDX-License-Identifier: Apache-2.0
// Lengths and places on a face that are read off its landmarks.
#pragma once

#include "vasa/head/landmarks.h"

namespace vasa::head {

/// Distance of the outer eye corners, pixels: the unit of all landmark errors.
float eye_distance_px(const Landmarks& landmarks);

/// How far the lips are apart in their middle, pixels.
float mouth_gap_px(const Landmarks& landmarks);

/// mouth_gap_px() / eye_distance_px(); eyes closer than a pixel count as one pixel apart.
float mouth_gap(const Landmarks& landmarks);

/// The point half-way between two landmarks, pixels.
core::Vec2f middle_of(const Landmarks& landmarks, int a, int b);

/// Middle between an eye's corners, pixels; eye 0 = right (image left).
core::Vec2f eye_middle(const Landmarks& landmarks, int eye);

/// Middle between the lips' inner edges, pixels.
core::Vec2f mouth_middle(const Landmarks& landmarks);

}  // namespace vasa::head
