// SPDX-License-Identifier: Apache-2.0
#include "live/control_channel.h"

#include "live/control_line.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <exception>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace vasa::app {
namespace {

using core::Error;
using core::ErrorKind;

/// How long a wait does not notice that the channel has to end.
constexpr int kPoll_ms = 50;
constexpr std::size_t kMaxClients = 8;

[[noreturn]] void fail_socket(const std::string& path, const std::string& cause) {
    throw Error(ErrorKind::Output, "cannot make control socket '" + path + "': " + cause);
}

sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        fail_socket(path,
                    "name of " + std::to_string(path.size()) + " bytes, expected at most " +
                        std::to_string(sizeof address.sun_path - 1));
    }
    std::copy(path.begin(), path.end(), address.sun_path);
    return address;
}

/// Removes a socket that nobody listens to any more.
void remove_stale(const std::string& path, const sockaddr_un& address) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) {
        return;
    }
    const OwnedFd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    if (::connect(probe.get(), generic, sizeof address) != 0 && errno == ECONNREFUSED) {
        ::unlink(path.c_str());
    }
}

OwnedFd listen_at(const std::string& path) {
    const sockaddr_un address = address_of(path);
    remove_stale(path, address);
    OwnedFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    // Before bind(), so that the socket is never anybody else's.
    ::fchmod(fd.get(), 0600);
    if (fd.get() < 0 ||
        ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        fail_socket(path, std::strerror(errno));
    }
    if (::chmod(path.c_str(), 0600) != 0 || ::listen(fd.get(), kMaxClients) != 0) {
        const std::string cause = std::strerror(errno);
        ::unlink(path.c_str());
        fail_socket(path, cause);
    }
    return fd;
}

}  // namespace

ControlChannel::ControlChannel(int fd, std::string socket_path, LineHandler handler)
    : socket_path_(std::move(socket_path)), handler_(std::move(handler)) {
    if (fd >= 0) {
        if (::fcntl(fd, F_GETFD) == -1) {
            throw Error(ErrorKind::Usage,
                        "control descriptor " + std::to_string(fd) + " is not open");
        }
        clients_.emplace_back();
        clients_.back().fd = fd;
    }
    if (!socket_path_.empty()) {
        listener_ = listen_at(socket_path_);
    }
    thread_ = std::thread([this] { run(); });
}

ControlChannel::~ControlChannel() {
    is_stopping_ = true;
    thread_.join();
    if (!socket_path_.empty()) {
        ::unlink(socket_path_.c_str());
    }
}

void ControlChannel::run() {
    while (!is_stopping_) {
        std::vector<pollfd> waiting = {{listener_.get(), POLLIN, 0}};
        for (const Client& client : clients_) {
            waiting.push_back({client.fd, POLLIN, 0});
        }
        if (::poll(waiting.data(), waiting.size(), kPoll_ms) <= 0) {
            continue;
        }
        for (std::size_t i = waiting.size() - 1; i > 0; --i) {
            if (waiting[i].revents != 0 && !read_client(clients_[i - 1])) {
                clients_.erase(clients_.begin() + static_cast<std::ptrdiff_t>(i - 1));
            }
        }
        if (waiting[0].revents != 0) {
            accept_client();
        }
    }
}

void ControlChannel::accept_client() {
    OwnedFd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd.get() >= 0 && clients_.size() < kMaxClients) {
        Client client;
        client.fd = fd.get();
        client.owned = std::move(fd);
        client.is_answered = true;
        clients_.push_back(std::move(client));
    }
}

/// Reads what a client has sent. False when it is gone.
bool ControlChannel::read_client(Client& client) {
    std::array<char, kMaxControlLine> bytes{};
    const ssize_t count = ::read(client.fd, bytes.data(), bytes.size());
    if (count < 0) {
        return errno == EAGAIN || errno == EINTR;
    }
    take_bytes(client, bytes.data(), static_cast<std::size_t>(count));
    if (count == 0 && !client.text.empty()) {
        end_line(client);  // without its line end
    }
    return count > 0;
}

void ControlChannel::take_bytes(Client& client, const char* bytes, std::size_t num_bytes) {
    for (std::size_t i = 0; i < num_bytes; ++i) {
        if (bytes[i] == '\n') {
            end_line(client);
        } else if (client.text.size() <= kMaxControlLine) {
            client.text.push_back(bytes[i]);  // one byte too many tells that it is too long
        }
    }
}

void ControlChannel::end_line(Client& client) {
    const std::string line = std::exchange(client.text, {});
    if (line.find_first_not_of(" \t\r") == std::string::npos) {
        return;
    }
    const std::string answer = handler_(line) + "\n";
    if (client.is_answered) {
        // A client that does not read its answers must not hold up the others.
        (void)!::send(client.fd, answer.data(), answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    }
}

}  // namespace vasa::app
