// SPDX-License-Identifier: Apache-2.0
#include "libav_util.h"

#include "vasa/core/log.h"
#include "vasa/media/video_file.h"

#include <cstdarg>
#include <mutex>
#include <string>

namespace vasa::media {
namespace {

thread_local int mute_depth = 0;

/// Warnings of libav about one file that are logged: a damaged clip causes one for each block, and
/// the first tell what is wrong.
constexpr int kMaxWarnings = 10;

/// Counts the warnings about the file that was opened last.
struct WarningCount {
    std::mutex mutex;
    std::string path;
    int num_warnings = 0;
};

/// Never destroyed: libav's threads may still log while the program ends.
WarningCount& warning_count() {
    static auto* instance = new WarningCount;
    return *instance;
}

void log_line(core::LogLevel level, const std::string& line) {
    if (level == core::LogLevel::Warning) {
        WarningCount& count = warning_count();
        const std::lock_guard<std::mutex> lock(count.mutex);
        if (++count.num_warnings > kMaxWarnings) {
            return;
        }
        if (count.num_warnings == kMaxWarnings) {
            core::log(level, "libav: " + line + " (more of its messages are left out)");
            return;
        }
    }
    core::log(level, "libav: " + line);
}

/// libav's errors often are not errors for its caller; those that are become an Error, so messages
/// are at most warnings here.
core::LogLevel log_level(int av_level) {
    if (av_level <= AV_LOG_ERROR) {
        return core::LogLevel::Warning;
    }
    return av_level <= AV_LOG_WARNING ? core::LogLevel::Info : core::LogLevel::Debug;
}

/// Collects the pieces of a line and logs it. Called by libav from any thread.
void log_callback(void* object, int level, const char* format, va_list arguments) {
    if (level > AV_LOG_INFO || mute_depth > 0) {
        return;
    }
    static thread_local std::string line;
    static thread_local int print_prefix = 1;
    char piece[1024];
    va_list copy;
    va_copy(copy, arguments);
    const int length =
        av_log_format_line2(object, level, format, copy, piece, sizeof piece, &print_prefix);
    va_end(copy);
    // An exception must not pass through libav's C code.
    try {
        line += length < 0 ? "" : piece;
        if (line.empty() || (line.back() != '\n' && line.size() < 4096)) {
            return;
        }
        while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) {
            line.pop_back();
        }
        std::string whole;
        whole.swap(line);
        log_line(log_level(level), whole);
    } catch (...) {
        line.clear();
    }
}

}  // namespace

AvLogMute::AvLogMute() {
    ++mute_depth;
}

AvLogMute::~AvLogMute() {
    --mute_depth;
}

void begin_av_messages(const std::string& path) {
    WarningCount& count = warning_count();
    const std::lock_guard<std::mutex> lock(count.mutex);
    // A file is opened several times: for its times, its sound, its pictures.
    if (count.path != path) {
        count.path = path;
        count.num_warnings = 0;
    }
}

void install_av_log() {
    av_log_set_callback(log_callback);
}

void ensure_av_log() {
    static std::once_flag once;
    std::call_once(once, install_av_log);
}

CodecInfo codec_info() {
    ensure_av_log();
    const AvLogMute mute;
    CodecInfo info;
    info.libav_version = av_version_info();
    void* iterator = nullptr;
    while (const AVCodec* codec = av_codec_iterate(&iterator)) {
        if (!av_codec_is_encoder(codec) || codec->id != AV_CODEC_ID_H264) {
            continue;
        }
        // Builds have hardware encoders even on machines without the hardware: try each.
        CodecPtr context(require_memory(avcodec_alloc_context3(codec)));
        context->width = 256;
        context->height = 256;
        context->time_base = {1, 25};
        context->pix_fmt = AV_PIX_FMT_YUV420P;
        if (avcodec_open2(context.get(), codec, nullptr) >= 0) {
            info.h264_encoders.emplace_back(codec->name);
        }
    }
    return info;
}

}  // namespace vasa::media
