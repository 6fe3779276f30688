// SPDX-License-Identifier: Apache-2.0
#include "program.h"

#include "vasa/provenance/mp4_boxes.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/catch.h"

namespace vasa::test {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// In the child: never returns.
[[noreturn]] void run_child(const std::vector<std::string>& arguments,
                            const RunOptions& options,
                            const std::string& out_path,
                            const std::string& err_path) {
    const auto redirect = [](const std::string& path, int target) {
        const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        ::dup2(fd, target);
        ::close(fd);
    };
    redirect(options.stdout_path.empty() ? out_path : options.stdout_path, STDOUT_FILENO);
    redirect(err_path, STDERR_FILENO);
    if (!options.stdin_path.empty()) {
        const int fd = ::open(options.stdin_path.c_str(), O_RDONLY);
        ::dup2(fd, STDIN_FILENO);
        ::close(fd);
    }
    if (options.closed_stdout) {
        ::close(STDOUT_FILENO);
    }
    if (options.modes_hold) {
        // Fails for users other than root, for whom file modes already hold.
        ::prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0);
        ::prctl(PR_CAPBSET_DROP, CAP_DAC_READ_SEARCH, 0, 0, 0);
    }
    const auto limit = [](int what, std::int64_t bytes) {
        const rlimit values = {static_cast<rlim_t>(bytes), static_cast<rlim_t>(bytes)};
        if (bytes > 0) {
            ::setrlimit(static_cast<__rlimit_resource_t>(what), &values);
        }
    };
    limit(RLIMIT_AS, options.most_memory_bytes);
    limit(RLIMIT_FSIZE, options.most_file_bytes);
    for (const int number : {SIGINT, SIGTERM, SIGPIPE}) {
        std::signal(number, SIG_DFL);
    }
    for (const std::string& variable : options.environment) {
        const std::size_t equals = variable.find('=');
        ::setenv(variable.substr(0, equals).c_str(), variable.substr(equals + 1).c_str(), 1);
    }
    std::vector<char*> argv = {const_cast<char*>(VASA_PROGRAM)};
    for (const std::string& argument : arguments) {
        argv.push_back(const_cast<char*>(argument.c_str()));
    }
    argv.push_back(nullptr);
    ::execv(VASA_PROGRAM, argv.data());
    ::_exit(127);
}

}  // namespace

RunResult run_vasa(const std::vector<std::string>& arguments, const RunOptions& options) {
    const TemporaryFolder scratch;
    const std::string out_path = scratch.path("out");
    const std::string err_path = scratch.path("err");
    const pid_t pid = ::fork();
    if (pid < 0) {
        throw std::runtime_error("fork failed");
    }
    if (pid == 0) {
        run_child(arguments, options, out_path, err_path);
    }
    const Clock::time_point start = Clock::now();
    bool is_sent = options.signal_number == 0;
    int status = 0;
    while (::waitpid(pid, &status, WNOHANG) == 0) {
        if (!is_sent && (!options.when || options.when())) {
            ::kill(pid, options.signal_number);
            is_sent = true;
        }
        if (std::chrono::duration<double>(Clock::now() - start).count() > options.time_limit_s) {
            ::kill(pid, SIGKILL);
            ::waitpid(pid, &status, 0);
            break;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    RunResult result;
    result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    result.signal_number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    result.out = fs::exists(out_path) ? read_text(out_path) : "";
    result.err = read_text(err_path);
    return result;
}

std::optional<std::string> find_portrait() {
    const char* data = std::getenv("VASA_DATA_DIR");
    std::vector<fs::path> places = {"/usr/share/matplotlib/mpl-data/sample_data/grace_hopper.jpg"};
    if (data != nullptr) {
        places.push_back(fs::path(data) / "examples/grace_hopper.jpg");
    }
    for (const fs::path& place : places) {
        if (fs::exists(place)) {
            return place.string();
        }
    }
    WARN("SKIPPED: VASA_DATA_DIR not set and python-matplotlib-data not installed: no portrait");
    return std::nullopt;
}

void write_wav(const std::string& path,
               const std::vector<std::int16_t>& samples,
               int rate,
               int channels) {
    const auto num_bytes = static_cast<std::uint32_t>(samples.size() * 2);
    std::string bytes = "RIFF";
    const auto append = [&](std::uint32_t value, int size) {
        for (int i = 0; i < size; ++i) {
            bytes.push_back(static_cast<char>((value >> (8 * i)) & 0xFFU));
        }
    };
    append(36 + num_bytes, 4);
    bytes += "WAVEfmt ";
    append(16, 4);
    append(1, 2);
    append(static_cast<std::uint32_t>(channels), 2);
    append(static_cast<std::uint32_t>(rate), 4);
    append(static_cast<std::uint32_t>(rate * channels * 2), 4);
    append(static_cast<std::uint32_t>(channels * 2), 2);
    append(16, 2);
    bytes += "data";
    append(num_bytes, 4);
    for (const std::int16_t sample : samples) {
        append(static_cast<std::uint16_t>(sample), 2);
    }
    write_text(path, bytes);
}

void write_speech(const std::string& path, double seconds, int rate, int channels) {
    constexpr double kTwoPi = 6.283185307179586;
    std::vector<std::int16_t> samples;
    const auto num_frames = static_cast<std::int64_t>(std::llround(seconds * rate));
    for (std::int64_t i = 0; i < num_frames; ++i) {
        const double t = static_cast<double>(i) / rate;
        const double syllable = std::max(0.0, std::sin(kTwoPi * 4.0 * t));
        const double voice = 0.5 * std::sin(kTwoPi * 140.0 * t) +
                             0.3 * std::sin(kTwoPi * 700.0 * t) +
                             0.1 * std::sin(kTwoPi * 2100.0 * t);
        for (int c = 0; c < channels; ++c) {
            samples.push_back(static_cast<std::int16_t>(std::lround(20000.0 * syllable * voice)));
        }
    }
    write_wav(path, samples, rate, channels);
}

void write_silence(const std::string& path, double seconds) {
    write_wav(path, std::vector<std::int16_t>(static_cast<std::size_t>(seconds * 16000)), 16000, 1);
}

std::string read_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string read_without_manifest(const std::string& path) {
    std::string bytes = read_text(path);
    bool is_whole = false;
    for (const provenance::Mp4Box& box : provenance::list_mp4_boxes(path, is_whole)) {
        if (box.type == "uuid" && box.uuid == provenance::kC2paUuid) {
            bytes.erase(box.offset, box.num_bytes);
            break;
        }
    }
    return bytes;
}

void write_text(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace vasa::test
