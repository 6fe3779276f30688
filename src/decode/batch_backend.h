// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/decode/batch_decoder.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace vasa::decode {

constexpr std::int64_t kFrame_px = head::kFrameSize_px;
constexpr std::int64_t kFramePixels = kFrame_px * kFrame_px;

/// What makes a BatchDecoder's frames; functions as there.
class BatchBackend {
  public:
    virtual ~BatchBackend() = default;
    virtual int batch_size() const = 0;
    virtual int num_threads() const = 0;
    virtual void decode(const std::vector<FaceState>& states,
                        PixelLayout layout,
                        std::vector<std::vector<std::uint8_t>>& frames) = 0;
};

/// Frames on the CPU, each made by one thread, tile by tile.
std::unique_ptr<BatchBackend> make_host_backend(const head::HeadModel& model,
                                                const head::FaceCode& code,
                                                const BatchDecoderOptions& options);

/// Frames on a GPU, or by its kernels on the CPU. Needs libtorch.
std::unique_ptr<BatchBackend> make_device_backend(const head::HeadModel& model,
                                                  const head::FaceCode& code,
                                                  const BatchDecoderOptions& options);

class HostNetwork;
class NetworkGraphs;

/// Loads a network for the kernels of a device: a GPU, or kKernelsOnCpu. Errors as
/// load_batch_network().
std::shared_ptr<NetworkGraphs> load_graphs(const std::string& path,
                                           const std::string& device,
                                           Precision precision);

/// A frame decoder's network on a device: one of the two is not null.
struct BatchNetworkState {
    std::string device;                       ///< "cpu", kKernelsOnCpu or "cuda:n"
    std::string config_name;                  ///< "fast" or "full"
    std::shared_ptr<const HostNetwork> host;  ///< on the CPU
    std::shared_ptr<NetworkGraphs> graphs;    ///< for the kernels
};

}  // namespace vasa::decode
