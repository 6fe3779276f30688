// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/error.h"
#include "vasa/core/log.h"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace vasa::app {

/// Log lines, progress and errors on standard error; safe to use from any thread.
class Terminal {
  public:
    Terminal();

    /// @param show_progress  false hides it even on a terminal
    void configure(core::LogLevel least, bool show_progress);

    void log(core::LogLevel level, const std::string& message);
    /// Warnings logged so far, shown or not.
    std::vector<std::string> warnings() const;

    /// Draws "frame done of total, fps, real-time factor, time left" over the previous one, on a
    /// terminal, at most four times per second and at the end.
    /// @param video_fps  of the clip, for the real-time factor
    void progress(std::int64_t done, std::int64_t total, double video_fps);

    /// The same for work in units other than frames: "12.4 of 100 jobs, 3:07 left".
    void progress_of(double done, double total, const char* what);

    /// `vasa: error: ...` and `hint: ...`.
    void error(const core::Error& error);

  private:
    using Clock = std::chrono::steady_clock;

    /// Whether to draw now; call with the lock held. @param elapsed_s  output, since the first call
    bool is_time_to_draw(bool is_last, double& elapsed_s);
    void draw_progress(const char* text, bool is_last);
    void clear_progress();

    mutable std::mutex mutex_;
    core::LogLevel least_ = core::LogLevel::Info;
    bool is_terminal_ = false;
    bool is_coloured_ = false;
    bool shows_progress_ = false;
    bool has_progress_line_ = false;
    Clock::time_point first_{}, last_{};
    std::vector<std::string> warnings_;
};

/// Seconds as "4.2 s" or "3:07".
std::string format_duration(double seconds);

/// Text from a file for a terminal: control characters become '?'.
std::string printable(std::string text);

}  // namespace vasa::app
