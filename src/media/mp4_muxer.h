// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "libav_util.h"

#include <map>
#include <string>

namespace vasa::media {

/// Writes encoded packets into an MP4 file whose index precedes the data.
class Mp4Muxer {
  public:
    /// @param target     the file's final name, for messages
    /// @param temporary  path that is written
    Mp4Muxer(std::string target, const std::string& temporary);
    ~Mp4Muxer();
    Mp4Muxer(const Mp4Muxer&) = delete;
    Mp4Muxer& operator=(const Mp4Muxer&) = delete;

    /// Adds a stream for an opened encoder. @return its index
    int add_stream(const AVCodecContext& codec);
    /// @param timescale  units per second of the stream durations in the file: with the audio's
    ///                   rate no sample is lost to rounding; 0 for milliseconds
    void write_header(const std::map<std::string, std::string>& metadata, int timescale);
    /// Takes the packet's data. @param time_base  of the packet's times
    void write(AVPacket* packet, int stream_index, AVRational time_base);
    /// Writes the index and, unless `xmp` is empty, a box with that XMP packet; closes the file.
    void finish(const std::string& xmp);
    /// @throws Error(Output) naming the target if a libav result is an error.
    void check(int result) const;

  private:
    void close_quietly();
    void write_xmp(const std::string& xmp);

    std::string target_;
    AVFormatContext* context_ = nullptr;
};

}  // namespace vasa::media
