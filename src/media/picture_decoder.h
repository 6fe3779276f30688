// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "libav_util.h"
#include "packet_clock.h"

#include "vasa/core/image.h"

#include <cstdint>
#include <memory>
#include <string>

namespace vasa::media {

/// A decoded picture.
struct Picture {
    FramePtr frame;
    double time_s = 0.0;  ///< on the container's clock; NaN if the container states none
};

/// Decodes the pictures of a file's video stream, in presentation order.
class PictureDecoder {
  public:
    /// @throws Error(Input) if the file has no video that can be decoded.
    explicit PictureDecoder(const std::string& path);

    /// @return false after the last picture
    /// @throws Error(Input) if the file is damaged. Containers that may be cut anywhere may lose
    ///         a few pictures, with a warning.
    bool next(Picture& picture);

    /// As 8-bit RGB, as displayed: square pixels, turned upright.
    core::ImageU8 convert(const Picture& picture);

    AVFormatContext& input() { return *input_; }
    const AVStream& stream() const { return *input_->streams[stream_index_]; }

  private:
    [[noreturn]] void fail_damaged(const std::string& cause) const;
    void feed();
    bool receive(AVFrame& frame);
    void take_damage(const std::string& cause);
    void check_damaged_share() const;
    void check_complete() const;
    void prepare_converter(const AVFrame& frame);

    std::string path_;
    InputPtr input_;
    int stream_index_ = -1;
    int sound_index_ = -1;  ///< read for its times, where the clock may jump
    PacketClock clock_;
    CodecPtr codec_;
    PacketPtr packet_ = make_packet();
    bool is_drained_ = false;
    std::int64_t num_pictures_ = 0;
    std::int64_t num_damaged_ = 0;  ///< after the first good picture
    bool is_after_damage_ = false;
    std::int64_t end_time_ = 0;  ///< end of the latest picture, in the stream's time base

    SwsPtr converter_;
    FramePtr rgb_ = make_frame();
    int source_width_ = 0, source_height_ = 0, source_format_ = -1;
    int orientation_ = 1;
};

/// @throws Error(Input) naming the file.
[[noreturn]] void fail_video(const std::string& path, const std::string& cause);

/// EXIF orientation of a stream's display matrix.
int stream_orientation(const AVStream& stream);

/// Size at which pictures of non-square pixels are displayed: the smaller side grows.
/// @param aspect  width / height of a pixel; 0/1 = unknown
void displayed_size(const AVRational& aspect, int& width, int& height);

}  // namespace vasa::media
