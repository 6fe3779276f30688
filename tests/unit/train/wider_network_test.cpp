// SPDX-License-Identifier: Apache-2.0
#include "decoder/wider_network.h"

#include "unit/decode/lively_network.h"

#include "vasa/core/error.h"
#include "vasa/decode/condition.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/randn.h>
#include <torch/utils.h>

#include "support/catch.h"

using namespace vasa;
using decode::FrameNetwork;
using decode::FrameNetworkConfig;
using support::lively_network;

namespace {

FrameNetworkConfig config_of(const std::vector<int>& channels) {
    FrameNetworkConfig config;
    config.channels = channels;
    return config;
}

}  // namespace

TEST_CASE("a widened network gives what the narrow one gives, and can learn more") {
    FrameNetwork narrow = lively_network(config_of({4, 6, 8}));
    FrameNetwork wide = train::widen_frame_network(narrow, config_of({6, 9, 8}));
    CHECK(wide->config().channels == std::vector<int>{6, 9, 8});
    const at::Tensor folded = at::randn({1, 4 * decode::kNumConditions, 16, 24});
    {
        const torch::NoGradGuard guard;
        const at::Tensor before = narrow->predict(folded), after = wide->predict(folded);
        CHECK(before.abs().max().item<float>() > 0.1F);
        CHECK((before - after).abs().max().item<float>() <
              1e-4F * before.abs().max().item<float>());
    }
    // The weights between new and old channels start at zero but have gradients.
    wide->predict(folded).square().sum().backward();
    for (const auto& item : wide->named_parameters()) {
        INFO(item.key());
        CHECK(item.value().grad().defined());
    }
    const at::Tensor out = wide->named_parameters()["out.weight"];
    CHECK(out.slice(1, 4).abs().max().item<float>() == 0.0F);
    CHECK(out.grad().slice(1, 4).abs().max().item<float>() > 0.0F);
}

TEST_CASE("a network is not narrowed, and keeps its number of levels") {
    const FrameNetwork narrow = lively_network(config_of({4, 6}));
    CHECK_THROWS_AS(train::widen_frame_network(narrow, config_of({4, 5})), core::Error);
    CHECK_THROWS_AS(train::widen_frame_network(narrow, config_of({4, 6, 8})), core::Error);
}
