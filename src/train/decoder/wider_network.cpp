// SPDX-License-Identifier: Apache-2.0
#include "decoder/wider_network.h"

#include "vasa/core/error.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <torch/utils.h>

namespace vasa::train {
namespace {

using core::Error;
using core::ErrorKind;
using decode::FrameNetwork;
using decode::FrameNetworkConfig;

/// Whether a convolution's input joins the channels of two levels.
bool sees_joined(const std::string& name) {
    const auto ends_with = [&](const std::string& end) {
        return name.size() >= end.size() &&
               name.compare(name.size() - end.size(), end.size(), end) == 0;
    };
    return name.rfind("up", 0) == 0 &&
           (ends_with(".first.weight") || ends_with(".shortcut.weight"));
}

/// Positions of the narrow convolution's input channels in the wide one.
at::Tensor places_of_inputs(const std::string& name, std::int64_t narrow, std::int64_t wide) {
    if (!sees_joined(name)) {
        return at::arange(narrow);
    }
    return at::cat({at::arange(narrow / 2), at::arange(narrow / 2) + wide / 2});
}

}  // namespace

FrameNetwork widen_frame_network(const FrameNetwork& narrow, const FrameNetworkConfig& config) {
    const std::vector<int>& from = narrow->config().channels;
    bool fits = from.size() == config.channels.size();
    for (std::size_t i = 0; fits && i < from.size(); ++i) {
        fits = from[i] <= config.channels[i];
    }
    if (!fits) {
        throw Error(ErrorKind::Input,
                    "a frame decoder of " + narrow->config().to_json() +
                        " cannot be widened to one of " + config.to_json());
    }
    const torch::NoGradGuard guard;
    FrameNetwork wide(config);
    const auto old = narrow->named_parameters();
    for (auto& item : wide->named_parameters()) {
        const at::Tensor& values = old[item.key()];
        const std::int64_t num_out = values.size(0);
        at::Tensor rows = item.value().slice(0, 0, num_out);
        if (values.dim() == 1) {
            rows.copy_(values);
            continue;
        }
        rows.zero_();
        const at::Tensor places =
            places_of_inputs(item.key(), values.size(1), item.value().size(1));
        rows.index_copy_(1, places, values.contiguous());
    }
    return wide;
}

}  // namespace vasa::train
