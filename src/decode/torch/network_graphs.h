// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "../kernels/frame_kernels.h"

#include "vasa/decode/frame_network.h"

#include <array>
#include <cstdint>
#include <map>

#include <ATen/core/Tensor.h>

namespace vasa::decode {

/// The frame decoder network on patches, on a GPU as CUDA graphs: one launch each instead of a
/// hundred. A graph serves one number and size of patches, so it is made for the next power of two.
class NetworkGraphs {
  public:
    /// @param kernels  those of the device
    NetworkGraphs(FrameNetwork network, at::Device device, const kernels::FrameKernels& kernels);
    ~NetworkGraphs();
    NetworkGraphs(const NetworkGraphs&) = delete;
    NetworkGraphs& operator=(const NetworkGraphs&) = delete;

    const FrameNetworkConfig& config() const { return network_->config(); }

    /// FrameNetwork::predict() of patches of one size.
    /// @param conditions  [n, 4 · kNumConditions, H / 2, W / 2]
    /// @param change      [n, 16, H / 2, W / 2], overwritten
    void predict(const at::Tensor& conditions, at::Tensor change);

    /// Gives the graphs' memory back.
    void clear();

  private:
    struct Graph {
        at::Tensor input, output;
        void* handle = nullptr;
    };
    using Size = std::array<std::int64_t, 3>;  ///< patches, height, width

    /// Null where graphs cannot be made.
    Graph* find_graph(const Size& size, const at::Tensor& like);

    FrameNetwork network_;
    at::Device device_;
    const kernels::FrameKernels& kernels_;
    std::map<Size, Graph> graphs_;
    std::uint64_t pool_[2] = {};
    bool has_graphs_;
};

}  // namespace vasa::decode
