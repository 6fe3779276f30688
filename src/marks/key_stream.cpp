// SPDX-License-Identifier: Apache-2.0
#include "key_stream.h"

#include "vasa/core/hash.h"

namespace vasa::marks {

KeyStream::KeyStream(const WatermarkKey& key) : key_(key.bytes.begin(), key.bytes.end()) {}

std::uint32_t KeyStream::next_u32() {
    constexpr std::size_t kDigits = 8;
    if (used_ + kDigits > block_.size()) {
        block_ = core::sha256_text(key_ + std::to_string(counter_));
        ++counter_;
        used_ = 0;
    }
    const std::string digits = block_.substr(used_, kDigits);
    used_ += kDigits;
    return static_cast<std::uint32_t>(std::stoul(digits, nullptr, 16));
}

std::uint32_t KeyStream::below(std::uint32_t bound) {
    // Values in the last, incomplete run of `bound` would make small results more frequent.
    const std::uint32_t first_refused = UINT32_MAX - UINT32_MAX % bound;
    std::uint32_t value = next_u32();
    while (value >= first_refused) {
        value = next_u32();
    }
    return value % bound;
}

}  // namespace vasa::marks
