// SPDX-License-Identifier: Apache-2.0
#include "vasa/render/default_seed.h"

#include "vasa/core/hash.h"

namespace vasa::render {

std::uint64_t default_seed(const std::string& portrait_sha256, const std::string& speech_sha256) {
    const std::string hash = core::sha256_text(portrait_sha256 + "\n" + speech_sha256);
    return std::stoull(hash.substr(0, 12), nullptr, 16);
}

}  // namespace vasa::render
