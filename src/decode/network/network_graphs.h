// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/frame_kernels.h"

#include "vasa/decode/frame_network.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>

#include <ATen/core/Tensor.h>

namespace vasa::decode {

/// The frame decoder network on patches; on a GPU as CUDA graphs: one launch each instead of a
/// hundred. A graph serves one number and size of patches, so the number is rounded up to a power
/// of two, and graphs are made only for repeated sizes. One thread at a time.
class NetworkGraphs {
  public:
    /// @param network  moved to the device, its input widened to kCellChannels
    /// @param kernels  those of the device
    NetworkGraphs(FrameNetwork network,
                  at::Device device,
                  at::ScalarType type,
                  const kernels::FrameKernels& kernels);
    ~NetworkGraphs();
    NetworkGraphs(const NetworkGraphs&) = delete;
    NetworkGraphs& operator=(const NetworkGraphs&) = delete;

    const FrameNetworkConfig& config() const { return network_->config(); }
    at::Device device() const { return device_; }
    at::ScalarType type() const { return type_; }

    /// FrameNetwork::predict() of patches of one size.
    /// @param conditions  [n, kCellChannels, H / 2, W / 2]
    /// @param change      [n, 16, H / 2, W / 2], overwritten
    void predict(const at::Tensor& conditions, const at::Tensor& change);

    /// Frees the graphs' memory.
    void clear();

  private:
    struct Graph {
        at::Tensor input, output;
        void* handle = nullptr;
        std::uint64_t last_use = 0;
    };
    using Size = std::array<std::int64_t, 3>;  ///< patches, height, width

    /// Null if graphs cannot be made, or there is none yet.
    Graph* find_graph(const Size& size, const at::Tensor& like);

    void drop_oldest_graph();

    FrameNetwork network_;
    at::Device device_;
    at::ScalarType type_;
    const kernels::FrameKernels& kernels_;
    std::map<Size, Graph> graphs_;
    std::map<Size, int> num_uses_;  ///< of sizes without a graph
    std::uint64_t clock_ = 0;
    std::uint64_t pool_[2] = {};
    bool has_graphs_;
};

}  // namespace vasa::decode
