// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

namespace vasa::head {

// MediaPipe's numbers of the landmarks around the face's openings.

/// The lips' inner edge, all around; 13 and 14 are its middle above and below.
constexpr std::array<int, 20> kInnerLips = {78,  191, 80,  81,  82,  13, 312, 311, 310, 415,
                                            308, 324, 318, 402, 317, 14, 87,  178, 88,  95};

/// The lids' edges, all around, from the outer corner below to the inner one; right eye (image
/// left) first.
constexpr std::array<std::array<int, 16>, 2> kLidEdges = {
    {{33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246},
     {263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466}}};

}  // namespace vasa::head
