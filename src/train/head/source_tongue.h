// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "head/source_head.h"

#include <vector>

namespace vasa::train {

/// Whether a vertex of the source belongs to the tongue: its texture island contains the tip.
/// Needs neutral, triangles, texture triangles and materials.
std::vector<char> find_tongue(const SourceHead& head);

/// How far along the tongue a vertex lies, 0 = root, 1 = tip; [V], 0 elsewhere.
/// @return  empty if the tongue has no length
std::vector<float> along_tongue(const SourceHead& head, const std::vector<char>& is_tongue);

/// The source has no sideways or outward shape of the tongue. This shape pushes the tongue forward
/// and slightly down over the lower lip, more strongly closer to the tip.
head::Points tongue_out(const SourceHead& head, const std::vector<float>& along);

/// Where speech moves the tongue in the mouth, per value of head::Tongue.
std::vector<head::Points> tongue_places(const SourceHead& head, const std::vector<float>& along);

/// Gives the tongue the shape that open mouths show: a dome with a groove, which keeps some of its
/// height when the jaw drops. The source's is flat and sinks with the jaw.
void shape_tongue(SourceHead& head, const std::vector<float>& along);

}  // namespace vasa::train
