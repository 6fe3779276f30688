// SPDX-License-Identifier: Apache-2.0
#include "network/host_network.h"

#include "batch_backend.h"
#include "network/condition_values.h"
#include "network/network_graphs.h"
#include "network/number_type.h"

#include "vasa/decode/frame_network.h"
#include "vasa/tensor/device.h"
#include "vasa/tensor/torch_errors.h"

#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <torch/utils.h>

namespace vasa::decode {
namespace {

constexpr const char* kTask = "cannot paint frames on the CPU";

class FusedNetwork : public HostNetwork {
  public:
    FusedNetwork(FrameNetwork network, at::ScalarType type)
        : network_(std::move(network)), type_(type) {
        network_->prepare(at::kCPU, type_);
        network_->fuse();
    }

    void predict(const DisoccludedPatch& patch,
                 float source_scale,
                 std::vector<float>& change) const override {
        const torch::NoGradGuard guard;
        const tensor::SingleTorchThread single;
        tensor::with_torch_errors(kTask, false, [&] {
            const at::Tensor result = network_.ptr()
                                          ->predict(folded_conditions(patch, source_scale))
                                          .to(at::kFloat)
                                          .contiguous(at::MemoryFormat::ChannelsLast);
            const auto* const values = result.const_data_ptr<float>();
            change.assign(values, values + result.numel());
        });
    }

    const std::string& config_name() const override { return network_->config().name; }

  private:
    at::Tensor folded_conditions(const DisoccludedPatch& patch, float source_scale) const {
        const PixelRect& rect = patch.rect;
        at::Tensor folded =
            at::empty({1, 4 * kNumConditions, rect.height / 2, rect.width / 2},
                      at::TensorOptions(type_).memory_format(at::MemoryFormat::ChannelsLast));
        const auto fill = [&](auto* out) {
            fold_conditions(patch.records.data(), rect.width, rect.height, source_scale, out);
        };
        switch (type_) {
            case at::kBFloat16:
                fill(folded.data_ptr<at::BFloat16>());
                break;
            case at::kHalf:
                fill(folded.data_ptr<at::Half>());
                break;
            default:
                fill(folded.data_ptr<float>());
        }
        return folded;
    }

    FrameNetwork network_;
    at::ScalarType type_;
};

}  // namespace

std::shared_ptr<const HostNetwork> load_host_network(const std::string& path, Precision precision) {
    FrameNetwork network = load_frame_network(path);
    std::shared_ptr<const HostNetwork> made;
    tensor::with_torch_errors(kTask, false, [&] {
        made = std::make_shared<FusedNetwork>(std::move(network), choose_type(precision, false));
    });
    return made;
}

BatchNetwork load_batch_network(const std::string& path,
                                const std::string& device,
                                Precision precision) {
    auto network = std::make_shared<BatchNetworkState>();
    network->device = device;
    if (device == "cpu") {
        network->host = load_host_network(path, precision);
        network->config_name = network->host->config_name();
    } else {
        network->graphs = load_graphs(path, device, precision);
        network->config_name = network->graphs->config().name;
    }
    return network;
}

}  // namespace vasa::decode
