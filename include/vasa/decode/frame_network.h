// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/decode/frame_network_config.h"
#include "vasa/models/training_summary.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <torch/nn/module.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/pimpl.h>

namespace vasa::decode {

/// A convolution that keeps the size of its input, with the operations that follow it.
class FrameConvImpl : public torch::nn::Conv2dImpl {
  public:
    FrameConvImpl(int num_in, int num_out, int size);

    /// leaky_relu(convolution)
    at::Tensor activated(const at::Tensor& x);
    /// leaky_relu(convolution + beside)
    /// @param beside  overwritten where the convolution is fused
    at::Tensor activated_sum(const at::Tensor& x, at::Tensor beside);
    /// The convolution alone.
    at::Tensor plain(const at::Tensor& x);

    /// Packs the weights for oneDNN, which then does all of the above in one pass. For inference on
    /// the CPU; from then on inputs must have the weights' type.
    void fuse();

  private:
    std::array<std::int64_t, 2> padding_;
    at::Tensor packed_;
};
TORCH_MODULE(FrameConv);

/// Two 3×3 convolutions with a shortcut. No normalisation: a pixel's result must not depend on how
/// much of the frame is processed at once.
class ConvBlockImpl : public torch::nn::Module {
  public:
    ConvBlockImpl(int num_in, int num_out);
    at::Tensor forward(const at::Tensor& x);

  private:
    FrameConv first_, second_, shortcut_{nullptr};
};
TORCH_MODULE(ConvBlock);

/// The frame decoder: a U-Net that paints disoccluded pixels. Its input is the geometry's frame
/// with its conditions (frame_conditions.h), folded 2×2 into channels. It predicts a change of the
/// colours and its blend weight. Only disoccluded pixels and a narrow rim around them change.
class FrameNetworkImpl : public torch::nn::Module {
  public:
    explicit FrameNetworkImpl(const FrameNetworkConfig& config);

    const FrameNetworkConfig& config() const { return config_; }

    /// @param conditions  [B, kNumConditions, H, W], sides multiples of stride_px()
    /// @param region      [B, 1, H, W] blend mask from mark_region(): 1 = may paint, 0 = may not
    /// @return            [B, 3, H, W] colours, -0.5..0.5
    at::Tensor forward(const at::Tensor& conditions, const at::Tensor& region);

    /// The network alone, without blending its result over the geometry's colours.
    /// @param folded  [B, 4 · kNumConditions, H / 2, W / 2] conditions, 2×2 pixels folded into one
    /// @return        [B, 16, H / 2, W / 2] change of red, green, blue and the logit of its blend
    ///                weight, folded likewise
    at::Tensor predict(const at::Tensor& folded);

    /// Moves the weights to a device and type for inference only, in channels-last layout.
    void prepare(at::Device device, at::ScalarType type);

    /// FrameConv::fuse() of all convolutions but those of the deepest level: for an image of a few
    /// pixels oneDNN needs another layout and would convert the packed weights on each call, which
    /// takes far longer than fusing saves.
    void fuse();

  private:
    FrameNetworkConfig config_;
    FrameConv in_, out_;
    std::vector<ConvBlock> down_, up_;
    std::vector<FrameConv> narrow_;
    ConvBlock middle_{nullptr};
};
TORCH_MODULE(FrameNetwork);

/// Writes weights (f16) with their configuration, inputs and origin. @throws Error(Output)
void save_frame_network(const std::string& path,
                        const FrameNetwork& network,
                        const models::TrainingSummary& training);
/// @throws Error(Model) if the file is missing, damaged, of another format, or its network was
///         trained on other conditions than those of condition.h.
FrameNetwork load_frame_network(const std::string& path);

}  // namespace vasa::decode
