// SPDX-License-Identifier: Apache-2.0
#include "vasa/speech/silence.h"

#include <algorithm>
#include <cmath>

namespace vasa::speech {

bool is_silent(const std::vector<float>& samples) {
    constexpr float kSilentPeak = 1e-4F;
    return std::none_of(samples.begin(), samples.end(), [](float sample) {
        return std::abs(sample) > kSilentPeak;
    });
}

}  // namespace vasa::speech
