// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "live/pipe_io.h"

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace vasa::app {

/// Takes a line of controls and returns its answer.
using LineHandler = std::function<std::string(const std::string& line)>;

/// Reads lines of controls, in a thread of its own, from a descriptor or from those who connect to
/// a Unix socket, several at a time. Answers go back to a socket if it takes them at once.
class ControlChannel {
  public:
    /// @param fd  of a pipe or socket, which stays the caller's; -1 = none
    /// @param socket_path  empty = none. The socket is the user's alone (mode 0600). One that a
    ///        killed process left is replaced
    /// @throws Error(Usage) for a descriptor that is not open; Error(Output) if the socket cannot
    /// be
    ///         made
    ControlChannel(int fd, std::string socket_path, LineHandler handler);
    ~ControlChannel();
    ControlChannel(const ControlChannel&) = delete;
    ControlChannel& operator=(const ControlChannel&) = delete;

  private:
    struct Client {
        OwnedFd owned;  ///< of a connection
        int fd = -1;
        std::string text;  ///< of a line that is not complete
        bool is_answered = false;
    };

    void run();
    void accept_client();
    bool read_client(Client& client);
    void take_bytes(Client& client, const char* bytes, std::size_t num_bytes);
    void end_line(Client& client);

    const std::string socket_path_;
    const LineHandler handler_;
    OwnedFd listener_;
    std::vector<Client> clients_;
    std::atomic<bool> is_stopping_{false};
    std::thread thread_;
};

}  // namespace vasa::app
