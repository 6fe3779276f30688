// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace vasa::core {

/// Incremental SHA-256.
class Sha256 {
  public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;
    void update(const void* data, std::size_t num_bytes);
    /// 64 lower-case hex digits; the object cannot be used afterwards.
    std::string finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// SHA-256 of a text.
std::string sha256_text(const std::string& text);
/// SHA-256 of a file's bytes. @throws Error(Input) if it cannot be read.
std::string sha256_file(const std::string& path);

}  // namespace vasa::core
