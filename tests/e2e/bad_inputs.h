// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "program.h"

#include "vasa/core/rng.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace vasa::test {

/// A run of the program on a file that it should reject.
struct BadInput {
    std::string name;   ///< what is bad, for the report
    std::string file;   ///< the input's name in the run's own folder; the message must contain it
    std::string bytes;  ///< its content
    /// Arguments for the program; "<in>" is replaced by the input, "<dir>" by the folder, "<out>"
    /// by the output.
    std::vector<std::string> arguments;
    std::string out;    ///< name of the output in the folder
    int exit_code = 3;  ///< correct for the input
    /// Damage may be harmless: exit code 0 with a complete output is then correct too.
    bool may_succeed = false;
    /// Makes the input instead of writing `bytes`. @param path  of the input
    std::function<void(const std::string& path)> make;
    double time_limit_s = 120.0;  ///< a longer run counts as hung
};

/// Result of a list of bad inputs.
struct BadInputReport {
    int num_runs = 0;
    int num_accepted = 0;               ///< exit code 0, if allowed
    std::vector<std::string> problems;  ///< one line each
};

/// Runs them, two at a time. A problem is a signal, the time limit, another exit code, a message
/// that is not one line or does not name the file, or an incomplete or missing output.
BadInputReport run_bad_inputs(const std::vector<BadInput>& inputs);

/// Runs them and fails the running test for each problem.
/// @param most_accepted  maximum number accepted of the inputs that may succeed
/// @param least_runs     minimum number of inputs
void check_bad_inputs(const std::vector<BadInput>& inputs, int least_runs, int most_accepted = 0);

/// Inputs that are bad for any file type: missing, empty, a folder, a pipe without a writer, a
/// device, a file without read permission. @param like  gives everything but name and content
std::vector<BadInput> no_files(const BadInput& like);
/// The two of them that a reader must handle: a folder and a pipe without a writer.
std::vector<BadInput> folder_and_pipe(const BadInput& like);

/// A copy with some bits of [begin, end) flipped.
std::string flip_bits(
    std::string bytes, std::size_t begin, std::size_t end, int num_bits, core::Rng& rng);
/// A copy with a number replacing the bytes at a place, little or big endian.
std::string with_number(
    std::string bytes, std::size_t at, std::uint64_t value, int num_bytes, bool big_endian = false);

}  // namespace vasa::test
