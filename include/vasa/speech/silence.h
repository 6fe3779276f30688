// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace vasa::speech {

/// Whether a recording holds no sound: no sample above -80 dB of full scale, which is three steps
/// of 16 bits. The speech encoder hears any speech above it, however quiet.
bool is_silent(const std::vector<float>& samples);

}  // namespace vasa::speech
