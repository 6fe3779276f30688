// SPDX-License-Identifier: Apache-2.0
#include "muxer.h"

namespace vasa::media {

void Muxer::check(int result) const {
    if (result < 0) {
        throw core::Error(core::ErrorKind::Output,
                          "cannot write '" + target_ + "': " + av_error_text(result));
    }
}

int Muxer::add_stream(const AVCodecContext& codec) {
    AVStream* stream = require_memory(avformat_new_stream(context_, nullptr));
    stream->time_base = codec.time_base;
    stream->avg_frame_rate = codec.framerate;
    stream->r_frame_rate = codec.framerate;
    stream->sample_aspect_ratio = codec.sample_aspect_ratio;
    check(avcodec_parameters_from_context(stream->codecpar, &codec));
    return stream->index;
}

}  // namespace vasa::media
