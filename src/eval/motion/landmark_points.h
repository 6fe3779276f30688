// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iterator>

namespace vasa::eval {

// MediaPipe's numbers of the landmarks that are used, in one list; the first 40 are the lips.
constexpr int kNumLips = 40;
constexpr int kLandmarks[] = {
    61,  146, 91,  181, 84,  17,  314, 405, 321, 375, 291, 409, 270, 269,
    267, 0,   37,  39,  40,  185, 78,  95,  88,  178, 87,  14,  317, 402,
    318, 324, 308, 415, 310, 311, 312, 13,  82,  81,  80,  191,  // lips, outer and inner
    33,  133, 159, 145, 362, 263, 386, 374,            // eye corners and lids, image left eye first
    70,  63,  105, 66,  107, 300, 293, 334, 296, 336,  // brows
    6,   168, 197, 195, 5,   4,                        // bridge of the nose
};
constexpr int kNumLandmarks = static_cast<int>(std::size(kLandmarks));
constexpr int kHeadPoints[] = {33, 133, 362, 263, 6, 168, 197, 195, 5, 4};

}  // namespace vasa::eval
