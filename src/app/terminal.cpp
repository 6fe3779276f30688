// SPDX-License-Identifier: Apache-2.0
#include "terminal.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <unistd.h>

namespace vasa::app {
namespace {

constexpr double kProgressInterval_s = 0.25;
const char* const kClearLine = "\r\033[K";

const char* level_text(core::LogLevel level) {
    switch (level) {
        case core::LogLevel::Debug:
            return "debug: ";
        case core::LogLevel::Warning:
            return "warning: ";
        case core::LogLevel::Error:
            return "error: ";
        case core::LogLevel::Info:
            break;
    }
    return "";
}

const char* level_colour(core::LogLevel level) {
    return level == core::LogLevel::Error ? "\033[31m" : "\033[33m";
}

/// Messages quote names and values from files: control characters must not reach a terminal or
/// break the line.
std::string one_line(const std::string& message) {
    std::string line = message;
    for (char& c : line) {
        if (static_cast<unsigned char>(c) < 32 || c == 127) {
            c = c == '\n' || c == '\t' ? ' ' : '?';
        }
    }
    return line;
}

void write_line(const std::string& line) {
    // A closed standard error must not stop the work.
    (void)!std::fwrite(line.data(), 1, line.size(), stderr);
    std::fflush(stderr);
}

}  // namespace

std::string format_duration(double seconds) {
    char text[48];
    if (seconds < 60.0) {
        std::snprintf(text, sizeof text, "%.1f s", seconds);
    } else {
        const int whole = static_cast<int>(seconds);
        std::snprintf(text, sizeof text, "%d:%02d", whole / 60, whole % 60);
    }
    return text;
}

Terminal::Terminal() {
    const char* term = std::getenv("TERM");
    const char* no_color = std::getenv("NO_COLOR");
    is_terminal_ = ::isatty(STDERR_FILENO) == 1 && term != nullptr && std::string(term) != "dumb";
    is_coloured_ = is_terminal_ && (no_color == nullptr || *no_color == '\0');
}

void Terminal::configure(core::LogLevel least, bool show_progress) {
    const std::lock_guard<std::mutex> lock(mutex_);
    least_ = least;
    shows_progress_ = show_progress && is_terminal_;
}

void Terminal::log(core::LogLevel level, const std::string& message) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (level == core::LogLevel::Warning) {
        warnings_.push_back(message);
    }
    if (level < least_) {
        return;
    }
    clear_progress();
    const bool coloured = is_coloured_ && level >= core::LogLevel::Warning;
    write_line(std::string("vasa: ") + (coloured ? level_colour(level) : "") + level_text(level) +
               (coloured ? "\033[0m" : "") + one_line(message) + "\n");
}

std::vector<std::string> Terminal::warnings() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return warnings_;
}

bool Terminal::is_time_to_draw(bool is_last, double& elapsed_s) {
    if (!shows_progress_) {
        return false;
    }
    const Clock::time_point now = Clock::now();
    const auto seconds_since = [&](Clock::time_point then) {
        return std::chrono::duration<double>(now - then).count();
    };
    if (first_ == Clock::time_point{}) {
        first_ = now;
    } else if (!is_last && seconds_since(last_) < kProgressInterval_s) {
        return false;
    }
    last_ = now;
    elapsed_s = seconds_since(first_);
    return true;
}

void Terminal::draw_progress(const char* text, bool is_last) {
    write_line(std::string(kClearLine) + text);
    has_progress_line_ = true;
    if (is_last) {
        clear_progress();
    }
}

void Terminal::progress(std::int64_t done, std::int64_t total, double video_fps) {
    const std::lock_guard<std::mutex> lock(mutex_);
    double elapsed_s = 0;
    if (!is_time_to_draw(done >= total, elapsed_s)) {
        return;
    }
    // The time of the first frame is unknown here: rates use the frames after it.
    const double fps = elapsed_s > 0.0 ? static_cast<double>(done - 1) / elapsed_s : 0.0;
    char text[160];
    if (fps > 0.0 && video_fps <= 0.0) {
        std::snprintf(text,
                      sizeof text,
                      "%lld of %lld, %s left",
                      static_cast<long long>(done),
                      static_cast<long long>(total),
                      format_duration(static_cast<double>(total - done) / fps).c_str());
    } else if (fps > 0.0) {
        std::snprintf(text,
                      sizeof text,
                      "frame %lld of %lld, %.1f fps, real-time factor %.2f, %s left",
                      static_cast<long long>(done),
                      static_cast<long long>(total),
                      fps,
                      video_fps / fps,
                      format_duration(static_cast<double>(total - done) / fps).c_str());
    } else {
        std::snprintf(text,
                      sizeof text,
                      "frame %lld of %lld",
                      static_cast<long long>(done),
                      static_cast<long long>(total));
    }
    draw_progress(text, done >= total);
}

void Terminal::progress_of(double done, double total, const char* what) {
    const std::lock_guard<std::mutex> lock(mutex_);
    double elapsed_s = 0;
    if (!is_time_to_draw(done >= total, elapsed_s)) {
        return;
    }
    std::string text(64, '\0');
    text.resize(static_cast<std::size_t>(
        std::snprintf(text.data(), text.size(), "%.1f of %.0f %s", done, total, what)));
    if (done > 0 && elapsed_s > 1.0) {
        text += ", " + format_duration(elapsed_s * (total - done) / done) + " left";
    }
    draw_progress(text.c_str(), done >= total);
}

void Terminal::error(const core::Error& error) {
    const std::lock_guard<std::mutex> lock(mutex_);
    clear_progress();
    const char* on = is_coloured_ ? level_colour(core::LogLevel::Error) : "";
    const char* off = is_coloured_ ? "\033[0m" : "";
    std::string text = std::string("vasa: ") + on + "error: " + off + one_line(error.what()) + "\n";
    if (!error.hint().empty()) {
        text += "hint: " + one_line(error.hint()) + "\n";
    }
    write_line(text);
}

void Terminal::clear_progress() {
    if (has_progress_line_) {
        write_line(kClearLine);
        has_progress_line_ = false;
    }
}

std::string printable(std::string text) {
    std::replace_if(
        text.begin(),
        text.end(),
        [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; },
        '?');
    return text;
}

}  // namespace vasa::app
