// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "libav_util.h"

#include <string>
#include <utility>

namespace vasa::media {

/// Takes the packets of encoders into a container.
class Muxer {
  public:
    virtual ~Muxer() = default;
    Muxer(const Muxer&) = delete;
    Muxer& operator=(const Muxer&) = delete;

    /// Adds a stream for an opened encoder. @return its index
    int add_stream(const AVCodecContext& codec);
    /// Takes the packet's data. @param time_base  of the packet's times
    virtual void write(AVPacket* packet, int stream_index, AVRational time_base) = 0;
    /// @throws Error(Output) naming the target if a libav result is an error.
    void check(int result) const;

  protected:
    /// @param target  the final name, for messages
    explicit Muxer(std::string target) : target_(std::move(target)) {}

    std::string target_;
    AVFormatContext* context_ = nullptr;
};

}  // namespace vasa::media
