// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/media/video_file.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace vasa::media {

/// Container of a stream.
enum class StreamFormat {
    Mp4,     ///< fragmented: a fragment a picture
    MpegTs,  ///< MPEG transport stream
    Flv,     ///< for RTMP
};

/// Where a stream goes and how it is coded.
struct StreamOptions {
    StreamFormat format = StreamFormat::MpegTs;
    /// Takes the stream's bytes; false once it takes no more. Empty: libav writes to `target`.
    std::function<bool(const std::uint8_t* bytes, std::size_t num_bytes)> write;
    /// A URL of a protocol of libav (udp://, srt://, rtmp://, tcp://), or a name for messages.
    std::string target;
    /// Looked at while libav waits for the other side; true gives up.
    std::function<bool()> is_stopped;
    /// Without XMP and signature. Tags go into an MP4 only.
    VideoOptions video;
    int sample_rate = 16000;  ///< of the sound, Hz; it is coded with 48 kHz
    int channels = 1;
};

/// Writes H.264 + AAC with little delay: no picture waits for a later one and, but for FLV, none
/// for sound. One thread.
class VideoStream {
  public:
    /// Connects to the target, which may wait for the other side.
    /// @throws Error(Output) if that fails, Error(Usage, Resource) as VideoWriter
    VideoStream(int width, int height, const StreamOptions& options);
    ~VideoStream();
    VideoStream(const VideoStream&) = delete;
    VideoStream& operator=(const VideoStream&) = delete;

    /// @param index  of the frame: it is shown at index / fps. Rises, and may leave out numbers
    /// @throws Error(Output)
    void write_frame(const Yuv420Frame& frame, std::int64_t index);
    /// Sound that follows the sound before. @param samples  interleaved [num_frames × channels]
    void write_sound(const float* samples, std::int64_t num_frames);
    /// Silence in place of sound that was lost.
    void skip_sound(std::int64_t num_frames);
    void finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace vasa::media
