// SPDX-License-Identifier: Apache-2.0
#include "live/frame_writer.h"

#include "vasa/core/error.h"
#include "vasa/core/extension.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace vasa::app {
namespace {

using core::Error;
using core::ErrorKind;

constexpr std::array<std::pair<const char*, LiveFormat>, 6> kFormats = {
    std::pair{"yuv4mpeg", LiveFormat::Yuv4mpeg},
    std::pair{"rgb24", LiveFormat::Rgb24},
    std::pair{"nv12", LiveFormat::Nv12},
    std::pair{"mp4", LiveFormat::Mp4},
    std::pair{"mpegts", LiveFormat::MpegTs},
    std::pair{"flv", LiveFormat::Flv}};

/// Beginnings and ends of targets' names.
constexpr std::array<std::pair<const char*, LiveFormat>, 6> kProtocols = {
    std::pair{"rtmp://", LiveFormat::Flv},
    std::pair{"rtmps://", LiveFormat::Flv},
    std::pair{"udp://", LiveFormat::MpegTs},
    std::pair{"srt://", LiveFormat::MpegTs},
    std::pair{"tcp://", LiveFormat::MpegTs},
    std::pair{"rtp://", LiveFormat::MpegTs}};
constexpr std::array<std::pair<const char*, LiveFormat>, 4> kExtensions = {
    std::pair{".y4m", LiveFormat::Yuv4mpeg},
    std::pair{".mp4", LiveFormat::Mp4},
    std::pair{".ts", LiveFormat::MpegTs},
    std::pair{".flv", LiveFormat::Flv}};

class RawWriter : public FrameWriter {
  public:
    RawWriter(const LiveTarget& target, const core::StopToken& stop)
        : name_(target.name), format_(target.format), stop_(stop), fd_(open_target(target, stop)) {
        if (format_ == LiveFormat::Yuv4mpeg) {
            fps_ = std::to_string(target.fps.num) + ":" + std::to_string(target.fps.den);
        }
    }

    WriteEnd write(const render::LiveFrame& frame) override {
        if (frame.is_skipped) {
            return WriteEnd::Done;
        }
        bytes_.clear();
        if (format_ == LiveFormat::Yuv4mpeg) {
            if (!has_begun_) {
                append("YUV4MPEG2 W" + std::to_string(frame.yuv.width) + " H" +
                       std::to_string(frame.yuv.height) + " F" + fps_ +
                       " Ip A1:1 C420jpeg XCOLORRANGE=LIMITED\n");
            }
            append("FRAME\n");
        }
        has_begun_ = true;
        if (format_ == LiveFormat::Nv12) {
            append_nv12(frame.yuv);
        } else {
            const auto& data = format_ == LiveFormat::Rgb24 ? frame.rgb.data : frame.yuv.data;
            bytes_.insert(bytes_.end(), data.begin(), data.end());
        }
        return write_all(fd_.get(), bytes_.data(), bytes_.size(), name_, stop_);
    }

    void skip_sound(std::int64_t /*num_samples*/) override {}
    WriteEnd finish() override { return WriteEnd::Done; }

  private:
    void append(const std::string& text) { bytes_.insert(bytes_.end(), text.begin(), text.end()); }

    void append_nv12(const media::Yuv420Frame& frame) {
        const std::size_t num_chroma = frame.data.size() / 6;
        const std::uint8_t* const u = frame.data.data() + 4 * num_chroma;
        bytes_.assign(frame.data.data(), u);
        for (std::size_t i = 0; i < num_chroma; ++i) {
            bytes_.push_back(u[i]);
            bytes_.push_back(u[num_chroma + i]);
        }
    }

    const std::string name_;
    const LiveFormat format_;
    const core::StopToken stop_;
    const OwnedFd fd_;
    std::string fps_;
    bool has_begun_ = false;
    std::vector<std::uint8_t> bytes_;
};

enum class Kind { None, File, Fifo, Other };

Kind kind_of(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        return Kind::None;
    }
    return S_ISFIFO(status.st_mode)  ? Kind::Fifo
           : S_ISREG(status.st_mode) ? Kind::File
                                     : Kind::Other;
}

/// Opens a FIFO once it has a reader.
int open_fifo(const std::string& path, const core::StopToken& stop) {
    for (;;) {
        const int fd = ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
        if (fd >= 0 || errno != ENXIO) {
            return fd;
        }
        stop.throw_if_stopped();
        ::usleep(10'000);
    }
}

}  // namespace

LiveFormat find_live_format(const std::string& name) {
    std::string known;
    for (const auto& [format_name, format] : kFormats) {
        if (name == format_name) {
            return format;
        }
        known += (known.empty() ? "" : ", ") + std::string(format_name);
    }
    throw Error(ErrorKind::Usage, "format is '" + name + "', expected one of " + known);
}

void check_live_protocol(const std::string& target) {
    const std::size_t end = target.find("://");
    if (end == std::string::npos) {
        return;
    }
    std::string known;
    for (const auto& [protocol, format] : kProtocols) {
        if (target.rfind(protocol, 0) == 0) {
            return;
        }
        known += (known.empty() ? "" : ", ") + std::string(protocol);
    }
    throw Error(ErrorKind::Usage,
                "output '" + target + "': protocol is '" + target.substr(0, end) +
                    "', expected one of " + known);
}

LiveFormat live_format_of(const std::string& target) {
    if (target == "-") {
        return LiveFormat::Yuv4mpeg;
    }
    for (const auto& [protocol, format] : kProtocols) {
        if (target.rfind(protocol, 0) == 0) {
            return format;
        }
    }
    for (const auto& [extension, format] : kExtensions) {
        if (core::extension_of(target) == extension) {
            return format;
        }
    }
    throw Error(ErrorKind::Usage,
                "output '" + target + "' does not tell its format: give --format");
}

bool is_raw(LiveFormat format) {
    return format == LiveFormat::Yuv4mpeg || format == LiveFormat::Rgb24 ||
           format == LiveFormat::Nv12;
}

bool is_yuv(LiveFormat format) {
    return format != LiveFormat::Rgb24;
}

OwnedFd open_target(const LiveTarget& target, const core::StopToken& stop) {
    if (target.name == "-") {
        if (::isatty(STDOUT_FILENO) == 1) {
            throw Error(ErrorKind::Usage,
                        "standard output is a terminal, expected a pipe or a file for the stream",
                        "pipe it to a player: vasa live ... | ffplay -");
        }
        return OwnedFd(::dup(STDOUT_FILENO));
    }
    const Kind kind = kind_of(target.name);
    // Devices are opened as they are.
    const int mode = kind == Kind::Other ? 0 : target.force ? O_CREAT | O_TRUNC : O_CREAT | O_EXCL;
    OwnedFd fd(kind == Kind::Fifo ? open_fifo(target.name, stop)
                                  : ::open(target.name.c_str(), O_WRONLY | O_CLOEXEC | mode, 0666));
    if (fd.get() < 0) {
        throw Error(ErrorKind::Output,
                    "cannot write '" + target.name + "': " + std::strerror(errno),
                    errno == EEXIST ? "--force replaces it" : "");
    }
    return fd;
}

std::unique_ptr<FrameWriter> make_raw_writer(const LiveTarget& target,
                                             const core::StopToken& stop) {
    return std::make_unique<RawWriter>(target, stop);
}

}  // namespace vasa::app
