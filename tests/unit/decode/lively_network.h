// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/decode/frame_network.h"

#include <ATen/TensorOperators.h>
#include <torch/utils.h>

namespace vasa::support {

/// A network that changes pixels: its last layer, initially zero, has random weights.
inline decode::FrameNetwork lively_network(const decode::FrameNetworkConfig& config) {
    torch::manual_seed(5);
    decode::FrameNetwork network(config);
    const torch::NoGradGuard guard;
    for (auto& item : network->named_parameters()) {
        if (item.key().rfind("out.", 0) == 0) {
            item.value().normal_(0.0, 0.1);
        }
    }
    network->eval();
    return network;
}

}  // namespace vasa::support
