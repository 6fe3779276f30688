// SPDX-License-Identifier: Apache-2.0
#include "bad_inputs.h"

#include "vasa/head/face_code.h"
#include "vasa/media/video_file.h"
#include "vasa/motion/motion_clip.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <exception>
#include <filesystem>
#include <mutex>
#include <sstream>
#include <thread>

#include <sys/stat.h>

#include "support/catch.h"

namespace vasa::test {
namespace {

namespace fs = std::filesystem;

constexpr int kAtATime = 2;
constexpr const char *kFolder = "a folder", *kPipe = "a pipe without a writer";

/// What is wrong with the program's standard error output; empty if nothing.
std::string problem_of_message(const std::string& text, const std::string& file) {
    std::istringstream lines(text);
    std::string error;
    for (std::string line; std::getline(lines, line);) {
        for (const char c : line) {
            if (static_cast<unsigned char>(c) < 32 || c == 127) {
                return "control character in '" + line + "'";
            }
        }
        // Messages that libjpeg and libpng print themselves.
        if (line.rfind("Corrupt JPEG data: ", 0) == 0 || line.rfind("libpng error: ", 0) == 0 ||
            line.rfind("libpng warning: ", 0) == 0) {
            continue;
        }
        const bool is_error = line.rfind("vasa: error: ", 0) == 0;
        if (is_error && !error.empty()) {
            return "two errors: " + text;
        }
        if (is_error) {
            error = line;
        } else if (line.rfind("vasa: warning: ", 0) != 0 && line.rfind("hint: ", 0) != 0) {
            return "stray line '" + line + "'";
        }
    }
    if (error.empty()) {
        return "no error message: '" + text + "'";
    }
    if (error.size() > 2000) {
        return "message of " + std::to_string(error.size()) + " bytes";
    }
    return error.find(file) == std::string::npos ? "does not name '" + file + "': " + error : "";
}

/// What is wrong with a finished output; empty if nothing.
std::string problem_of_output(const std::string& path) {
    const std::string extension = fs::path(path).extension().string();
    try {
        if (extension == ".csv") {
            motion::load_motion(path);
        } else if (extension == ".safetensors") {
            head::load_face_code(path);
        } else if (extension == ".mp4") {
            media::VideoReader reader(path);
            core::ImageU8 frame;
            while (reader.read(frame)) {
            }
        }
    } catch (const std::exception& error) {
        return std::string("its output is damaged: ") + error.what();
    }
    return fs::exists(path) ? "" : "it made no output";
}

std::string problem_of_run(const BadInput& input, bool& is_accepted) {
    const TemporaryFolder folder;
    const std::string path = folder.path(input.file);
    if (input.make) {
        input.make(path);
    } else {
        write_text(path, input.bytes);
    }
    std::vector<std::string> before = folder.names();
    std::vector<std::string> words;
    for (std::string word : input.arguments) {
        word = word == "<in>" ? path : word == "<out>" ? folder.path(input.out) : word;
        words.push_back(word == "<dir>" ? folder.folder().string() : word);
    }
    words.emplace_back("--quiet");
    RunOptions options;
    options.time_limit_s = input.time_limit_s;
    options.modes_hold = true;
    const RunResult run = run_vasa(words, options);
    is_accepted = false;
    if (run.signal_number == SIGKILL) {
        return "ran for more than " + std::to_string(input.time_limit_s) + " s";
    }
    if (run.signal_number != 0) {
        return "ended by signal " + std::to_string(run.signal_number) + ": " + run.err;
    }
    if (run.exit_code == 0 && input.may_succeed) {
        is_accepted = true;
        if (!input.out.empty()) {
            before.push_back(input.out);
            std::sort(before.begin(), before.end());
            std::string problem = problem_of_output(folder.path(input.out));
            if (!problem.empty()) {
                return problem;
            }
        }
    } else if (run.exit_code != input.exit_code) {
        return "exit code " + std::to_string(run.exit_code) + ", expected " +
               std::to_string(input.exit_code) + ": " + run.err;
    } else {
        std::string problem = problem_of_message(run.err, input.file);
        if (!problem.empty()) {
            return problem;
        }
    }
    std::string names;
    for (const std::string& name : folder.names()) {
        names += std::binary_search(before.begin(), before.end(), name) ? "" : " " + name;
    }
    return names.empty() ? "" : "it left behind" + names;
}

}  // namespace

BadInputReport run_bad_inputs(const std::vector<BadInput>& inputs) {
    BadInputReport report;
    std::mutex mutex;
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        for (std::size_t i = next++; i < inputs.size(); i = next++) {
            bool is_accepted = false;
            std::string problem;
            try {
                problem = problem_of_run(inputs[i], is_accepted);
            } catch (const std::exception& error) {
                problem = std::string("the test itself: ") + error.what();
            }
            const std::lock_guard<std::mutex> lock(mutex);
            ++report.num_runs;
            report.num_accepted += is_accepted ? 1 : 0;
            if (!problem.empty()) {
                report.problems.push_back(inputs[i].file + ", " + inputs[i].name + ": " + problem);
            }
        }
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < kAtATime; ++i) {
        threads.emplace_back(work);
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    std::sort(report.problems.begin(), report.problems.end());
    return report;
}

void check_bad_inputs(const std::vector<BadInput>& inputs, int least_runs, int most_accepted) {
    const BadInputReport report = run_bad_inputs(inputs);
    for (const std::string& problem : report.problems) {
        FAIL_CHECK(problem);
    }
    CHECK(report.num_runs == static_cast<int>(inputs.size()));
    CHECK(report.num_runs >= least_runs);
    CHECK(report.num_accepted <= most_accepted);
}

std::vector<BadInput> no_files(const BadInput& like) {
    std::vector<BadInput> inputs;
    const auto add = [&](const std::string& name, std::function<void(const std::string&)> make) {
        inputs.push_back(like);
        inputs.back().name = name;
        inputs.back().make = std::move(make);
    };
    add("missing", [](const std::string&) {});
    add("empty", [](const std::string& path) { write_text(path, ""); });
    add(kFolder, [](const std::string& path) { fs::create_directory(path); });
    add(kPipe, [](const std::string& path) { ::mkfifo(path.c_str(), 0600); });
    add("a device", [](const std::string& path) { fs::create_symlink("/dev/zero", path); });
    add("a link to itself", [](const std::string& path) { fs::create_symlink(path, path); });
    add("not to be read", [bytes = like.bytes](const std::string& path) {
        write_text(path, bytes);
        fs::permissions(path, fs::perms::none);
    });
    return inputs;
}

std::vector<BadInput> folder_and_pipe(const BadInput& like) {
    std::vector<BadInput> inputs;
    for (const BadInput& input : no_files(like)) {
        if (input.name == kFolder || input.name == kPipe) {
            inputs.push_back(input);
        }
    }
    return inputs;
}

std::string flip_bits(
    std::string bytes, std::size_t begin, std::size_t end, int num_bits, core::Rng& rng) {
    end = std::min(end, bytes.size());
    for (int i = 0; i < num_bits; ++i) {
        const std::size_t at = begin + static_cast<std::size_t>(rng.below(end - begin));
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << rng.below(8)));
    }
    return bytes;
}

std::string with_number(
    std::string bytes, std::size_t at, std::uint64_t value, int num_bytes, bool big_endian) {
    for (int i = 0; i < num_bytes; ++i) {
        const int shift = 8 * (big_endian ? num_bytes - 1 - i : i);
        bytes.at(at + static_cast<std::size_t>(i)) = static_cast<char>(value >> shift & 0xFFU);
    }
    return bytes;
}

}  // namespace vasa::test
