// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace vasa::decode {

/// Sizes of the frame decoder network; stored with its weights.
struct FrameNetworkConfig {
    std::string name = "fast";
    /// Channels at 1/2, 1/4, 1/8 … of the frame's resolution.
    std::vector<int> channels = {40, 80, 112, 144};

    /// "fast" (CPU) or "full" (GPU). @throws Error(Usage) for other names.
    static FrameNetworkConfig named(const std::string& name);
    /// JSON text of all fields.
    std::string to_json() const;
    /// @throws Error(Model) for bad JSON, unknown or missing keys and sizes out of range.
    static FrameNetworkConfig from_json(const std::string& text, const std::string& file);
    void check(const std::string& file) const;  ///< @throws Error(Model)

    /// The sides of the network's input are multiples of this.
    int stride_px() const { return 1 << static_cast<int>(channels.size()); }
};

}  // namespace vasa::decode
