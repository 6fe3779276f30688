// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/core/rational.h"
#include "vasa/media/audio_file.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace vasa::media {

/// One 4:2:0 frame, BT.709 limited range: planes Y [h,w], U and V [h/2,w/2], tightly packed.
struct Yuv420Frame {
    int width = 0;   ///< even
    int height = 0;  ///< even
    std::vector<std::uint8_t> data;

    Yuv420Frame() = default;
    Yuv420Frame(int num_columns, int num_rows)
        : width(num_columns),
          height(num_rows),
          data(static_cast<std::size_t>(num_columns) * static_cast<std::size_t>(num_rows) * 3 / 2) {
    }
};

/// Range of H.264's constant rate factor for 8-bit pictures.
constexpr int kMinCrf = 0, kMaxCrf = 51;
/// Maximum number of encoder threads. A frame of 512 pixels has 32 rows of macroblocks: more than
/// twice as many threads would only wait for each other.
constexpr int kMaxEncoderThreads = 64;

struct VideoOptions {
    core::Rational fps{25, 1};
    std::string codec = "libx264";    ///< an encoder name of libavcodec: libx264, h264_nvenc, ...
    int crf = 18;                     ///< kMinCrf..kMaxCrf, lower is better
    std::string preset = "veryfast";  ///< encoder preset
    int audio_bitrate = 192'000;
    int threads = 0;  ///< 0 = the encoder's choice, up to kMaxEncoderThreads
    std::map<std::string, std::string> metadata;  ///< container tags (any key)
    std::string xmp;  ///< XMP packet, written as a uuid box at the end of the file; may be empty
    /// Makes the finished file from the complete one, before it is put in place; empty: the
    /// complete file is the finished one.
    std::function<void(const std::string& complete, const std::string& finished)> finalise;
    bool overwrite = false;

    /// @throws Error(Usage) naming the option and its range.
    void check() const;
};

/// Writes H.264 + AAC MP4 (yuv420p, BT.709 tagged, faststart), atomically.
///
/// Frames come in order, audio in any number of pieces at any time. finish() drains the encoders
/// and renames the file to its path; without finish() no file appears.
class VideoWriter {
  public:
    /// @param audio_sample_rate 0 = no audio. Audio is stored as AAC at its own rate if AAC
    ///        supports it, else at 48 kHz.
    /// @throws Error(Output) if the file cannot be made, Error(Usage) if codec or preset is
    ///         unknown, Error(Resource) if the encoder cannot be started (no such device).
    VideoWriter(const std::string& path,
                int width,
                int height,
                int audio_sample_rate,
                int audio_channels,
                const VideoOptions& options);
    ~VideoWriter();
    VideoWriter(const VideoWriter&) = delete;
    VideoWriter& operator=(const VideoWriter&) = delete;

    void write_frame(const Yuv420Frame& frame);
    /// @param samples interleaved [n × channels]
    void write_audio(const float* samples, std::int64_t num_frames);
    void finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

struct VideoInfo {
    int width = 0;   ///< width of the displayed frames: rotation applied, square pixels
    int height = 0;  ///< likewise
    /// Constant rate of the frames: the pictures' own, or near it if they come irregularly.
    core::Rational fps;
    std::int64_t num_frames = 0;    ///< at that rate
    double duration_s = 0.0;        ///< of the frames
    double audio_duration_s = 0.0;  ///< as the container states it, 0 if it does not
    std::string video_codec;
    std::string audio_codec;                      ///< empty if there is no sound
    std::map<std::string, std::string> metadata;  ///< container tags
};

/// Reads a container's description of its streams and the times of its pictures, without decoding.
/// @throws Error(Input)
VideoInfo probe_video(const std::string& path);

/// Decodes the first video stream, in presentation order, at a constant rate.
///
/// Frames and the sound of load_audio() share their zero: the earlier begin of the two. A picture
/// is shown from the frame nearest to its time stamp until the next one appears; the first one is
/// also shown before its time. Pictures without time stamps become one frame each.
class VideoReader {
  public:
    /// @throws Error(Input) if the file is missing or has no video that can be decoded.
    explicit VideoReader(const std::string& path);
    ~VideoReader();
    VideoReader(const VideoReader&) = delete;
    VideoReader& operator=(const VideoReader&) = delete;

    const VideoInfo& info() const;
    /// The next frame as 8-bit RGB (upright, square pixels); false after the last.
    /// @throws Error(Input) if the file is damaged. Containers that may be cut anywhere (transport
    ///         streams) may lose a few pictures, with a warning.
    bool read(core::ImageU8& rgb);
    /// Skips the next frame without converting its colours; false after the last.
    /// @throws Error(Input) if the file is damaged.
    bool skip();
    /// Whether the frame read last shows a picture on after its time, because the next one is late
    /// or missing.
    bool is_repeat() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Encoders, decoders and library versions, for `vasa info`.
struct CodecInfo {
    std::string libav_version;
    std::vector<std::string> h264_encoders;  ///< usable H.264 encoder names in this build
};
CodecInfo codec_info();

/// Redirects libav's messages to the library's log.
void install_av_log();

}  // namespace vasa::media
