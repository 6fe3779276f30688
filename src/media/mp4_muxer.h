// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "muxer.h"

#include <map>
#include <string>

namespace vasa::media {

/// Writes encoded packets into an MP4 file whose index precedes the data.
class Mp4Muxer : public Muxer {
  public:
    /// @param target     the file's final name, for messages
    /// @param temporary  path that is written
    Mp4Muxer(std::string target, const std::string& temporary);
    ~Mp4Muxer() override;

    /// @param timescale  units per second of the stream durations in the file: with the audio's
    ///                   rate no sample is lost to rounding; 0 for milliseconds
    void write_header(const std::map<std::string, std::string>& metadata, int timescale);
    void write(AVPacket* packet, int stream_index, AVRational time_base) override;
    /// Writes the index and, unless `xmp` is empty, a box with that XMP packet; closes the file.
    void finish(const std::string& xmp);

  private:
    void close_quietly();
    void write_xmp(const std::string& xmp);
};

}  // namespace vasa::media
