// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/stop_token.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace vasa::app {

/// Owns a file descriptor.
class OwnedFd {
  public:
    OwnedFd() = default;
    explicit OwnedFd(int fd) : fd_(fd) {}
    ~OwnedFd();
    OwnedFd(OwnedFd&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
    OwnedFd& operator=(OwnedFd&& other) noexcept;
    int get() const { return fd_; }

  private:
    int fd_ = -1;
};

/// Waits until a descriptor can be read, or its other end is closed. @return false after `wait_s`
bool can_read(int fd, double wait_s);

enum class WriteEnd {
    Done,
    Closed,   ///< the reader has closed its end
    Stopped,  ///< a stop was requested
};

/// Writes all bytes to a pipe, socket, device or file, waiting for its reader.
/// @param stop  is looked at while it waits
/// @throws Error(Output) naming `name`
WriteEnd write_all(int fd,
                   const std::uint8_t* bytes,
                   std::size_t num_bytes,
                   const std::string& name,
                   const core::StopToken& stop);

}  // namespace vasa::app
