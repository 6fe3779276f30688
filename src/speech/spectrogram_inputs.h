// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "log_mel.h"

#include "vasa/models/network_inputs.h"

#include <string>

namespace vasa::speech {

/// Output of log10_mel(), as the speech encoder's file describes it.
inline models::NetworkInputs spectrogram_inputs() {
    return {{"log_mel",
             {std::to_string(kNumMels) + " bands",
              std::to_string(kFftSize) + " samples a window",
              std::to_string(kHop) + " samples a hop",
              std::to_string(kHop * kMelRate_hz) + " Hz"}}};
}

}  // namespace vasa::speech
