// SPDX-License-Identifier: Apache-2.0
#include "live_process.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/catch.h"

namespace vasa::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kPatience_s = 60;
/// Descriptor of the controls in the program.
constexpr int kControlFd = 9;

struct Pipe {
    int read_end = -1, write_end = -1;

    Pipe() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) {
            throw std::runtime_error("cannot make a pipe for a test");
        }
        read_end = ends[0];
        write_end = ends[1];
    }
};

void close_once(int& fd) {
    if (fd >= 0) {
        ::close(fd);
        fd = -1;
    }
}

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

}  // namespace

LiveProcess::LiveProcess(const std::vector<std::string>& arguments) {
    std::signal(SIGPIPE, SIG_IGN);
    const Pipe in, out, control;
    const std::string err_path = folder_.path("err");
    pid_ = ::fork();
    if (pid_ == 0) {
        ::dup2(in.read_end, STDIN_FILENO);
        ::dup2(out.write_end, STDOUT_FILENO);
        ::dup2(::open(err_path.c_str(), O_WRONLY | O_CREAT, 0600), STDERR_FILENO);
        ::dup2(control.read_end, kControlFd);
        ::fcntl(kControlFd, F_SETFD, 0);  // the pipe may have had this number
        std::vector<std::string> words = {VASA_PROGRAM,
                                          "live",
                                          "--json",
                                          "--models",
                                          VASA_MODEL_DIR,
                                          "--control-fd",
                                          std::to_string(kControlFd)};
        words.insert(words.end(), arguments.begin(), arguments.end());
        std::vector<char*> argv;
        for (std::string& word : words) {
            argv.push_back(word.data());
        }
        argv.push_back(nullptr);
        ::execv(VASA_PROGRAM, argv.data());
        ::_exit(127);
    }
    ::close(in.read_end);
    ::close(out.write_end);
    ::close(control.read_end);
    in_ = in.write_end;
    out_ = out.read_end;
    control_ = control.write_end;
}

LiveProcess::~LiveProcess() {
    close_once(in_);
    close_once(out_);
    close_once(control_);
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
}

void LiveProcess::write(const std::string& bytes) {
    std::size_t num_done = 0;
    while (num_done < bytes.size()) {
        const ssize_t count = ::write(in_, bytes.data() + num_done, bytes.size() - num_done);
        if (count < 0) {
            return;  // the program has ended
        }
        num_done += static_cast<std::size_t>(count);
    }
}

void LiveProcess::write(const std::vector<std::int16_t>& samples) {
    write(std::string(reinterpret_cast<const char*>(samples.data()), 2 * samples.size()));
}

void LiveProcess::close_input() {
    close_once(in_);
}

void LiveProcess::control(const std::string& line) {
    const std::string text = line + "\n";
    REQUIRE(::write(control_, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
}

std::string LiveProcess::read(std::size_t num_bytes) {
    std::string bytes(num_bytes, '\0');
    std::size_t num_done = 0;
    while (num_done < num_bytes) {
        pollfd waiting = {out_, POLLIN, 0};
        if (::poll(&waiting, 1, static_cast<int>(1000 * kPatience_s)) <= 0) {
            FAIL("no output for a minute: " << err());
        }
        const ssize_t count = ::read(out_, bytes.data() + num_done, num_bytes - num_done);
        if (count <= 0) {
            break;
        }
        num_done += static_cast<std::size_t>(count);
    }
    bytes.resize(num_done);
    return bytes;
}

Luma LiveProcess::read_frame() {
    if (header_.empty()) {
        std::string byte;
        while ((byte = read(1)) != "\n" && !byte.empty()) {
            header_ += byte;
        }
    }
    constexpr std::size_t kSide = 512;
    const std::string marker = read(6);
    if (marker.empty()) {
        return {};
    }
    REQUIRE(marker == "FRAME\n");
    const std::string bytes = read(kSide * kSide * 3 / 2);
    REQUIRE(bytes.size() == kSide * kSide * 3 / 2);
    return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(kSide * kSide)};
}

std::string LiveProcess::read_to_end() {
    std::string all, block;
    while (!(block = read(1U << 16U)).empty()) {
        all += block;
    }
    return all;
}

void LiveProcess::close_output() {
    close_once(out_);
}

void LiveProcess::kill(int signal_number) const {
    ::kill(pid_, signal_number);
}

RunResult LiveProcess::wait() {
    RunResult result;
    int status = 0;
    const Clock::time_point begin = Clock::now();
    while (::waitpid(pid_, &status, WNOHANG) == 0) {
        if (seconds_since(begin) > kPatience_s) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, &status, 0);
            break;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    pid_ = -1;
    result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    result.signal_number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    result.err = err();
    return result;
}

std::string LiveProcess::err() const {
    return read_text(folder_.path("err"));
}

std::vector<nlohmann::json> LiveProcess::events() const {
    std::vector<nlohmann::json> events;
    std::istringstream lines(err());
    std::string line;
    while (std::getline(lines, line)) {
        if (!line.empty() && line[0] == '{' && !lines.eof()) {
            events.push_back(nlohmann::json::parse(line));
        }
    }
    return events;
}

nlohmann::json LiveProcess::wait_for(const std::string& event) const {
    const Clock::time_point begin = Clock::now();
    while (seconds_since(begin) < kPatience_s) {
        for (const nlohmann::json& found : events()) {
            if (found["event"] == event) {
                return found;
            }
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    FAIL("no event '" << event << "' within a minute: " << err());
    return nullptr;
}

std::vector<std::int16_t> make_syllables(double seconds) {
    constexpr double kTwoPi = 6.283185307179586;
    std::vector<std::int16_t> samples;
    for (int i = 0; i < static_cast<int>(seconds * 16000); ++i) {
        const double t = i / 16000.0;
        const double level = std::max(0.0, std::sin(kTwoPi * 4.0 * t));
        const double voice = std::sin(kTwoPi * 140.0 * t) + 0.6 * std::sin(kTwoPi * 700.0 * t);
        samples.push_back(static_cast<std::int16_t>(std::lround(12000.0 * level * voice)));
    }
    return samples;
}

}  // namespace vasa::test
