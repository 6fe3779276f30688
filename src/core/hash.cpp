// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/hash.h"

#include "file_util.h"

#include "vasa/core/error.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <vector>

#include <openssl/evp.h>

namespace vasa::core {

struct Sha256::State {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
    if (state_->context == nullptr ||
        EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) != 1) {
        throw Error(ErrorKind::Internal, "cannot start a SHA-256 digest");
    }
}

Sha256::~Sha256() = default;

void Sha256::update(const void* data, std::size_t num_bytes) {
    if (!state_ || EVP_DigestUpdate(state_->context, data, num_bytes) != 1) {
        throw Error(ErrorKind::Internal, "SHA-256 digest used after its end");
    }
}

std::string Sha256::finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    if (!state_ || EVP_DigestFinal_ex(state_->context, digest.data(), &length) != 1) {
        throw Error(ErrorKind::Internal, "SHA-256 digest used after its end");
    }
    state_.reset();
    constexpr const char* kHex = "0123456789abcdef";
    std::string text;
    for (unsigned int i = 0; i < length; ++i) {
        text += kHex[digest[i] >> 4];
        text += kHex[digest[i] & 15];
    }
    return text;
}

std::string sha256_text(const std::string& text) {
    Sha256 hash;
    hash.update(text.data(), text.size());
    return hash.finish();
}

std::string sha256_file(const std::string& path) {
    const FilePtr file = open_regular_file(path);
    Sha256 hash;
    std::vector<char> buffer(1 << 16);
    std::size_t count = 0;
    while ((count = std::fread(buffer.data(), 1, buffer.size(), file.get())) > 0) {
        hash.update(buffer.data(), count);
    }
    if (std::ferror(file.get()) != 0) {
        throw Error(ErrorKind::Input, "cannot read '" + path + "': " + errno_text(errno));
    }
    return hash.finish();
}

}  // namespace vasa::core
