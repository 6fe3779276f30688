// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "program.h"

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <sys/types.h>

namespace vasa::test {

/// The luma of a frame of `vasa live --format yuv4mpeg`.
using Luma = std::vector<std::uint8_t>;

/// `vasa live --json` with real pipes for its input, output and controls. Killed at the end if it
/// still runs; its standard error goes to a file.
class LiveProcess {
  public:
    /// @param arguments  after "live"
    explicit LiveProcess(const std::vector<std::string>& arguments);
    ~LiveProcess();
    LiveProcess(const LiveProcess&) = delete;
    LiveProcess& operator=(const LiveProcess&) = delete;

    /// Writes all of it, unless the program is gone.
    void write(const std::string& bytes);
    void write(const std::vector<std::int16_t>& samples);
    void close_input();
    void control(const std::string& line);

    /// The next bytes of standard output, fewer at its end.
    std::string read(std::size_t num_bytes);
    /// The next frame of yuv4mpeg; empty at the end. The first one reads the stream's header.
    Luma read_frame();
    std::string read_to_end();
    void close_output();
    const std::string& header() const { return header_; }

    void kill(int signal_number) const;
    /// Waits for the end of the program, at most a minute.
    RunResult wait();

    /// The events so far.
    std::vector<nlohmann::json> events() const;
    /// Waits for an event; null after a minute.
    nlohmann::json wait_for(const std::string& event) const;
    std::string err() const;

  private:
    TestFolder folder_;
    pid_t pid_ = -1;
    int in_ = -1, out_ = -1, control_ = -1;
    std::string header_;
};

/// A voice that says syllables, 16 kHz mono.
std::vector<std::int16_t> make_syllables(double seconds);

}  // namespace vasa::test
