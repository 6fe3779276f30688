// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/marks/watermark.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace vasa::marks {

/// Pseudo-random numbers that only the key's owner can predict: SHA-256 of key and counter.
class KeyStream {
  public:
    explicit KeyStream(const WatermarkKey& key);

    /// Uniform in [0, bound), bound > 0.
    std::uint32_t below(std::uint32_t bound);
    /// -1 or 1.
    float sign() { return below(2) == 0 ? -1.0F : 1.0F; }

  private:
    std::uint32_t next_u32();

    std::string key_;
    std::uint64_t counter_ = 0;
    std::string block_;     ///< hexadecimal digits of the current hash
    std::size_t used_ = 0;  ///< digits of the block
};

}  // namespace vasa::marks
