// SPDX-License-Identifier: Apache-2.0
#include "vasa/render/default_seed.h"

#include "vasa/core/hash.h"

namespace vasa::render {

std::uint64_t default_seed(const std::string& portrait_sha256, const std::string& speech_sha256) {
    const std::string text = portrait_sha256 + "\n" + speech_sha256;
    core::Sha256 hash;
    hash.update(text.data(), text.size());
    return std::stoull(hash.finish().substr(0, 12), nullptr, 16);
}

}  // namespace vasa::render
