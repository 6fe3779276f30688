// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/decode/pixel_record.h"
#include "vasa/decode/precision.h"

#include <memory>
#include <string>
#include <vector>

namespace vasa::decode {

/// The frame decoder's network on the CPU. Threads may share it; each call runs in the calling
/// thread alone.
class HostNetwork {
  public:
    virtual ~HostNetwork() = default;

    /// @param patch         records of a rectangle
    /// @param source_scale  FaceCode::source_scale
    /// @param change        [height / 2, width / 2, 16], overwritten: FrameNetwork::predict() with
    ///                      the channels last
    /// @throws Error(Resource) if memory does not suffice
    virtual void predict(const DisoccludedPatch& patch,
                         float source_scale,
                         std::vector<float>& change) const = 0;

    /// Name of the network's configuration, "fast" or "full".
    virtual const std::string& config_name() const = 0;
};

/// Needs libtorch. @throws Error(Model) if the weights are missing or damaged; Error(Resource).
std::shared_ptr<const HostNetwork> load_host_network(const std::string& path, Precision precision);

}  // namespace vasa::decode
