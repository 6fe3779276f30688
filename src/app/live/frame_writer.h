// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "live/pipe_io.h"

#include "vasa/core/rational.h"
#include "vasa/core/stop_token.h"
#include "vasa/media/video_stream.h"
#include "vasa/render/live_session.h"

#include <memory>
#include <string>

namespace vasa::app {

/// How a live stream is written.
enum class LiveFormat { Yuv4mpeg, Rgb24, Nv12, Mp4, MpegTs, Flv };
/// @param name  "yuv4mpeg", "rgb24", "nv12", "mp4", "mpegts" or "flv". @throws Error(Usage)
LiveFormat find_live_format(const std::string& name);
/// The format that fits a target's name: by extension or protocol, "yuv4mpeg" for "-".
/// @throws Error(Usage) if none does
LiveFormat live_format_of(const std::string& target);
/// @throws Error(Usage) if a target is a URL of a protocol that takes no streams, such as file://,
///         which would replace files without asking
void check_live_protocol(const std::string& target);
/// Pictures alone, without sound.
bool is_raw(LiveFormat format);
/// Frames with LiveFrame::yuv.
bool is_yuv(LiveFormat format);

/// Where a live stream goes.
struct LiveTarget {
    std::string name = "-";  ///< "-" = standard output, a file or FIFO, or a URL
    LiveFormat format = LiveFormat::Yuv4mpeg;
    bool force = false;  ///< replace an existing file
    core::Rational fps{25, 1};

    bool is_url() const { return name.find("://") != std::string::npos; }
};

/// Writes frames to their target. One thread.
class FrameWriter {
  public:
    virtual ~FrameWriter() = default;
    /// @throws Error(Output)
    virtual WriteEnd write(const render::LiveFrame& frame) = 0;
    /// Leaves out sound that was lost, so that later sound keeps its time.
    /// @param num_samples  of all channels
    virtual void skip_sound(std::int64_t num_samples) = 0;
    /// Completes the stream.
    virtual WriteEnd finish() = 0;
};

/// Opens standard output, a file or a FIFO; waits for the reader of a FIFO.
/// @throws Error(Output) if a file exists and `force` is not given, or it cannot be opened;
///         Error(Usage) if standard output is a terminal
OwnedFd open_target(const LiveTarget& target, const core::StopToken& stop);

/// Pictures alone.
std::unique_ptr<FrameWriter> make_raw_writer(const LiveTarget& target, const core::StopToken& stop);

/// Pictures and sound, coded.
/// @param options  codec, tags and form of the sound; the target is filled in
std::unique_ptr<FrameWriter> make_coded_writer(const LiveTarget& target,
                                               const media::StreamOptions& options,
                                               const core::StopToken& stop);

}  // namespace vasa::app
