// SPDX-License-Identifier: Apache-2.0
#include "vasa/decode/frame_painter.h"

#include "vasa/core/error.h"
#include "vasa/decode/frame_conditions.h"
#include "vasa/decode/frame_network.h"
#include "vasa/tensor/device.h"

#include <algorithm>
#include <vector>

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <torch/utils.h>

namespace vasa::decode {
namespace {

at::ScalarType choose_type(Precision precision, bool is_cuda) {
    switch (precision) {
        case Precision::Fp32:
            return at::kFloat;
        case Precision::Bf16:
            return at::kBFloat16;
        case Precision::Fp16:
            return at::kHalf;
        case Precision::Auto:
            break;
    }
    if (is_cuda) {
        return at::kHalf;
    }
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512bf16") != 0 ? at::kBFloat16 : at::kFloat;
#else
    return at::kFloat;
#endif
}

class NetworkPainter : public FramePainter {
  public:
    NetworkPainter(FrameNetwork network, at::Device device, at::ScalarType type)
        : network_(std::move(network)), device_(device), type_(type) {
        network_->to(device_, type_);
        for (at::Tensor& parameter : network_->parameters()) {
            parameter.set_requires_grad(false);
        }
        if (device_.is_cpu()) {
            network_->fuse();
        }
    }

    void paint(core::ImageU8& rgb,
               const std::vector<LostPatch>& lost,
               float source_scale) override {
        const torch::NoGradGuard guard;
        const tensor::SingleTorchThread single;
        for (const LostPatch& patch : lost) {
            paint_patch(patch, rgb, source_scale);
        }
    }

    const std::string& config_name() const override { return network_->config().name; }

  private:
    void paint_patch(const LostPatch& patch, core::ImageU8& rgb, float source_scale) {
        const PixelRect& rect = patch.rect;
        const int num_pixels = rect.width * rect.height;
        at::Tensor lost = at::empty({1, 1, rect.height, rect.width}, at::kFloat);
        mark_lost(patch.records.data(), num_pixels, lost.data_ptr<float>());
        if (!lost.any().item<bool>()) {
            return;  // lips and lids are closed
        }
        at::Tensor conditions = at::empty({1, kNumConditions, rect.height, rect.width}, at::kFloat);
        fill_conditions(
            patch.records.data(), num_pixels, source_scale, conditions.data_ptr<float>());
        const at::Tensor region = paint_region(lost);
        const at::Tensor painted =
            network_(conditions.to(device_, type_).contiguous(at::MemoryFormat::ChannelsLast),
                     region.to(device_, type_))
                .to(at::kCPU, at::kFloat)
                .contiguous();  // [1, 3, h, w]
        const float* values = painted.const_data_ptr<float>();
        const float* where = region.const_data_ptr<float>();
        for (int i = 0; i < num_pixels; ++i) {
            if (where[i] <= 0) {
                continue;
            }
            std::uint8_t* out = rgb.at(rect.x + i % rect.width, rect.y + i / rect.width);
            for (int c = 0; c < 3; ++c) {
                out[c] = static_cast<std::uint8_t>(
                    std::clamp(255.0F * (values[c * num_pixels + i] + 0.5F) + 0.5F, 0.0F, 255.0F));
            }
        }
    }

    FrameNetwork network_;
    at::Device device_;
    at::ScalarType type_;
};

}  // namespace

std::unique_ptr<FramePainter> load_frame_painter(const std::string& path,
                                                 const std::string& device,
                                                 Precision precision) {
    FrameNetwork network = load_frame_network(path);
    const at::Device place(device);
    return std::make_unique<NetworkPainter>(
        std::move(network), place, choose_type(precision, place.is_cuda()));
}

}  // namespace vasa::decode
