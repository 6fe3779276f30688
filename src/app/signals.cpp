// SPDX-License-Identifier: Apache-2.0
#include "signals.h"

#include "vasa/render/render.h"

#include <csignal>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

namespace vasa::app {
namespace {

bool is_ignored(int signal_number) {
    struct sigaction action {};
    return sigaction(signal_number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

/// A plain thread rather than a handler, so that the second signal may take locks and remove files.
void wait_for_signals(sigset_t signals, core::StopToken stop) {
    int signal_number = 0;
    while (sigwait(&signals, &signal_number) == 0) {
        if (stop.stop_requested()) {
            render::remove_all_temporaries();
            ::_exit(128 + signal_number);
        }
        stop.request_stop(signal_number);
    }
}

}  // namespace

void secure_standard_streams() {
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
        if (::fcntl(fd, F_GETFD) == -1) {
            // This is the lowest free number. Output streams open read-only: every write fails.
            (void)!::open("/dev/null", fd == STDIN_FILENO ? O_RDWR : O_RDONLY);
        }
    }
}

void install_signal_handling(const core::StopToken& stop) {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);  // exceeding a file size limit is a write error like others
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal_number : {SIGINT, SIGTERM}) {
        if (!is_ignored(signal_number)) {
            sigaddset(&signals, signal_number);
        }
    }
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    try {
        std::thread(wait_for_signals, signals, stop).detach();
    } catch (const std::system_error&) {
        pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);  // signals then end the program at once
    }
}

}  // namespace vasa::app
