// SPDX-License-Identifier: Apache-2.0
#include "network/condition_values.h"
#include "network/number_type.h"

#include "vasa/core/error.h"
#include "vasa/core/parallel.h"
#include "vasa/decode/frame_conditions.h"
#include "vasa/decode/frame_network.h"
#include "vasa/decode/frame_painter.h"
#include "vasa/tensor/device.h"
#include "vasa/tensor/torch_errors.h"

#include <algorithm>
#include <vector>

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <torch/utils.h>

namespace vasa::decode {
namespace {

constexpr int kMaxThreads = 8;

class NetworkPainter : public FramePainter {
  public:
    NetworkPainter(FrameNetwork network, at::Device device, at::ScalarType type)
        : network_(std::move(network)), device_(device), type_(type) {
        network_->prepare(device_, type_);
        if (device_.is_cpu()) {
            network_->fuse();
        }
    }

    void paint(core::ImageU8& rgb,
               const std::vector<DisoccludedPatch>& patches,
               float source_scale) const override {
        const torch::NoGradGuard guard;
        const tensor::SingleTorchThread single;
        tensor::with_torch_errors(
            "cannot paint on '" + device_.str() + "'", device_.is_cuda(), [&] {
                for (const DisoccludedPatch& patch : patches) {
                    paint_patch(patch, source_scale, rgb);
                }
            });
        soften(patches, rgb);
    }

    int num_threads() const override {
        return device_.is_cpu() ? std::min(core::num_threads(), kMaxThreads) : 1;
    }

    const std::string& config_name() const override { return network_->config().name; }

  private:
    void paint_patch(const DisoccludedPatch& patch, float source_scale, core::ImageU8& rgb) const {
        const PixelRect& rect = patch.rect;
        std::vector<float> disoccluded(patch.records.size()), region(patch.records.size());
        mark_disoccluded(patch.records.data(), rect.width * rect.height, disoccluded.data());
        if (std::all_of(disoccluded.begin(), disoccluded.end(), [](float v) { return v == 0; })) {
            return;  // lips and lids are closed
        }
        mark_region(disoccluded.data(), rect.width, rect.height, region.data());
        const at::Tensor change = network_.ptr()
                                      ->predict(folded_conditions(patch, source_scale).to(device_))
                                      .to(at::kCPU, at::kFloat)
                                      .contiguous(at::MemoryFormat::ChannelsLast);
        blend(patch, change.const_data_ptr<float>(), region.data(), rgb);
    }

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

    /// Blends over the colours in the patch's records, not over the frame's: patches overlap.
    /// @param change  [height / 2, width / 2, 16] from FrameNetwork::predict()
    /// @param region  [height, width] blend mask from mark_region()
    static void blend(const DisoccludedPatch& patch,
                      const float* change,
                      const float* region,
                      core::ImageU8& rgb) {
        constexpr int kCell = 4;  // pixels folded into one
        const PixelRect& rect = patch.rect;
        for (int y = 0; y < rect.height; ++y) {
            for (int x = 0; x < rect.width; ++x) {
                const float where = region[y * rect.width + x];
                if (where <= 0) {
                    continue;
                }
                const float* const values =
                    change + ((y / 2) * (rect.width / 2) + x / 2) * (4 * kCell) + y % 2 * 2 + x % 2;
                kernels::blend_pixel(patch.records[static_cast<std::size_t>(y) * rect.width + x],
                                     values,
                                     kCell,
                                     where,
                                     rgb.at(rect.x + x, rect.y + y));
            }
        }
    }

    static void soften(const std::vector<DisoccludedPatch>& patches, core::ImageU8& rgb) {
        std::vector<std::uint8_t> mouth(static_cast<std::size_t>(rgb.width) * rgb.height, 0);
        std::vector<PixelRect> rects;
        for (const DisoccludedPatch& patch : patches) {
            bool has_mouth = false;
            for (std::size_t i = 0; i < patch.records.size(); ++i) {
                const std::uint8_t part = patch.records[i].part;
                if (is_mouth_value(part)) {
                    const auto width = static_cast<std::size_t>(patch.rect.width);
                    mouth[(patch.rect.y + i / width) * rgb.width + patch.rect.x + i % width] = part;
                    has_mouth = true;
                }
            }
            if (has_mouth) {
                rects.push_back(patch.rect);
            }
        }
        const core::ImageU8 sharp = rects.empty() ? core::ImageU8() : rgb;
        for (const PixelRect& rect : rects) {
            for (int y = rect.y; y < rect.y + rect.height; ++y) {
                for (int x = rect.x; x < rect.x + rect.width; ++x) {
                    const float softening = kernels::mouth_softening(mouth.data(), rgb.width, x, y);
                    if (softening > 0) {
                        kernels::soften_mouth(
                            sharp.data.data(), rgb.width, x, y, softening, rgb.at(x, y));
                    }
                }
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
    std::unique_ptr<FramePainter> painter;
    const at::Device place(device);
    tensor::with_torch_errors("cannot paint on '" + device + "'", place.is_cuda(), [&] {
        painter = std::make_unique<NetworkPainter>(
            std::move(network), place, choose_type(precision, place.is_cuda()));
    });
    return painter;
}

}  // namespace vasa::decode
