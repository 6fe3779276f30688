// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "muxer.h"

#include "vasa/media/video_stream.h"

#include <memory>

namespace vasa::media {

/// Writes encoded packets into a stream as they come. Not movable: libav calls it.
class StreamMuxer : public Muxer {
  public:
    /// @throws Error(Output) if the target cannot be reached
    explicit StreamMuxer(const StreamOptions& options);
    ~StreamMuxer() override;

    /// Whether the container holds the encoders' parameters.
    bool has_global_header() const;
    void write_header();
    void write(AVPacket* packet, int stream_index, AVRational time_base) override;
    void finish();

  private:
    static int write_bytes(void* self, std::uint8_t* bytes, int num_bytes);
    static int is_interrupted(void* self);
    void open_target();
    void close_quietly();

    const StreamOptions options_;
    bool is_closed_ = false;  ///< StreamOptions::write takes no more
};

}  // namespace vasa::media
