// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/test_folder.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace vasa::test {

/// Result of a run of the program.
struct RunResult {
    int exit_code = -1;  ///< -1 = ended by a signal or the time limit
    int signal_number = 0;
    std::string out, err;
};

struct RunOptions {
    bool closed_stdout = false;
    std::string stdout_path;  ///< write standard output there instead of collecting it
    /// Signals to send, each once the condition before it holds (polled every 5 ms).
    std::function<bool()> when;
    int signal_number = 0;
    double time_limit_s = 120.0;
    /// File modes hold for root too: drops the capabilities that bypass them.
    bool modes_hold = false;
    std::int64_t most_memory_bytes = 0;  ///< of address space, 0 = no limit
    std::int64_t most_file_bytes = 0;    ///< of a file written, 0 = no limit
    std::string stdin_path;              ///< read standard input from there; empty = the test's own
    std::vector<std::string> environment;  ///< NAME=value, added
};

/// Runs the program under test.
RunResult run_vasa(const std::vector<std::string>& arguments, const RunOptions& options = {});

using TemporaryFolder = TestFolder;

/// A real portrait, the same JPEG everywhere: from Debian's python-matplotlib-data, or
/// VASA_DATA_DIR. Warns visibly if there is none.
std::optional<std::string> find_portrait();

/// 16-bit WAV of interleaved samples.
void write_wav(const std::string& path,
               const std::vector<std::int16_t>& samples,
               int rate,
               int channels);
/// 16-bit WAV of tone bursts that rise and fall about four times a second, like syllables.
void write_speech(const std::string& path, double seconds, int rate = 16000, int channels = 1);
/// The same, but silent.
void write_silence(const std::string& path, double seconds);

std::string read_text(const std::string& path);
/// The same without an MP4's C2PA manifest, whose signature and salts differ each time.
std::string read_without_manifest(const std::string& path);
void write_text(const std::string& path, const std::string& bytes);

}  // namespace vasa::test
