// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

namespace vasa::media {

/// Bytes of a file that make up one sound: the whole of it, or a part of a file that several were
/// joined in.
struct SoundRange {
    std::int64_t begin = 0;
    std::int64_t end = 0;  ///< exclusive

    std::int64_t size() const { return end - begin; }
};

/// Reads a range of a file as if it were a file of its own.
class RangeFile {
  public:
    /// The whole file; is_open() tells whether it can be read.
    explicit RangeFile(const std::string& path);
    /// Another range of the same file.
    RangeFile(RangeFile whole, const SoundRange& range)
        : file_(std::move(whole.file_)), range_(range) {}

    bool is_open() const { return file_ != nullptr; }
    std::int64_t size() const { return range_.size(); }
    /// @return bytes read: fewer than asked for at the range's end
    std::size_t read(std::int64_t offset, void* bytes, std::size_t count) const;
    /// @return whether all of the bytes lie within the range and could be read
    template <std::size_t N>
    bool read_all(std::int64_t offset, std::array<std::uint8_t, N>& bytes) const {
        return read(offset, bytes.data(), N) == N;
    }

  private:
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
    SoundRange range_;
};

}  // namespace vasa::media
