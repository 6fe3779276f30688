// SPDX-License-Identifier: Apache-2.0
#include "live/pipe_io.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <utility>

#include <poll.h>
#include <unistd.h>

namespace vasa::app {
namespace {

/// How long a wait does not look at the stop token.
constexpr int kPoll_ms = 50;

}  // namespace

OwnedFd::~OwnedFd() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

OwnedFd& OwnedFd::operator=(OwnedFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

bool can_read(int fd, double wait_s) {
    pollfd waiting = {fd, POLLIN, 0};
    return ::poll(&waiting, 1, static_cast<int>(1000 * wait_s)) > 0;
}

WriteEnd write_all(int fd,
                   const std::uint8_t* bytes,
                   std::size_t num_bytes,
                   const std::string& name,
                   const core::StopToken& stop) {
    std::size_t num_done = 0;
    while (num_done < num_bytes) {
        pollfd waiting = {fd, POLLOUT, 0};
        const int num_ready = ::poll(&waiting, 1, kPoll_ms);
        if (stop.stop_requested()) {
            return WriteEnd::Stopped;
        }
        if (num_ready == 0 || (num_ready < 0 && errno == EINTR)) {
            continue;
        }
        // A pipe that is ready takes so many bytes without waiting; more could wait for long.
        const std::size_t count = std::min<std::size_t>(num_bytes - num_done, PIPE_BUF);
        const ssize_t written = ::write(fd, bytes + num_done, count);
        if (written >= 0) {
            num_done += static_cast<std::size_t>(written);
        } else if (errno == EPIPE || errno == ECONNRESET) {
            return WriteEnd::Closed;
        } else if (errno != EAGAIN && errno != EINTR) {
            throw core::Error(core::ErrorKind::Output,
                              "cannot write to '" + name + "': " + std::strerror(errno));
        }
    }
    return WriteEnd::Done;
}

}  // namespace vasa::app
