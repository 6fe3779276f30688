// SPDX-License-Identifier: Apache-2.0
#include "mp4_muxer.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace vasa::media {

Mp4Muxer::Mp4Muxer(std::string target, const std::string& temporary) : Muxer(std::move(target)) {
    // The temporary name does not end in ".mp4": libav needs the format.
    check(avformat_alloc_output_context2(&context_, nullptr, "mp4", ("file:" + temporary).c_str()));
    // No "encoder" tag with libav's version: equal input gives equal bytes.
    context_->flags |= AVFMT_FLAG_BITEXACT;
    // Frames and audio may be any time apart; packets wait until they are in order.
    context_->max_interleave_delta = 0;
    const int result = avio_open(&context_->pb, context_->url, AVIO_FLAG_WRITE);
    if (result < 0) {
        close_quietly();
        check(result);
    }
}

Mp4Muxer::~Mp4Muxer() {
    close_quietly();
}

void Mp4Muxer::close_quietly() {
    if (context_) {
        avio_closep(&context_->pb);
        avformat_free_context(context_);
        context_ = nullptr;
    }
}

void Mp4Muxer::write_header(const std::map<std::string, std::string>& metadata, int timescale) {
    for (const auto& [key, value] : metadata) {
        av_dict_set(&context_->metadata, key.c_str(), value.c_str(), 0);
    }
    AVDictionary* options = nullptr;
    av_dict_set(&options, "movflags", "+faststart+use_metadata_tags", 0);
    if (timescale > 0) {
        av_dict_set_int(&options, "movie_timescale", timescale, 0);
    }
    const int result = avformat_write_header(context_, &options);
    av_dict_free(&options);
    check(result);
}

void Mp4Muxer::write(AVPacket* packet, int stream_index, AVRational time_base) {
    av_packet_rescale_ts(packet, time_base, context_->streams[stream_index]->time_base);
    packet->stream_index = stream_index;
    check(av_interleaved_write_frame(context_, packet));
}

void Mp4Muxer::write_xmp(const std::string& xmp) {
    // Adobe, XMP Specification Part 3, 2.1: a uuid box on the top level.
    constexpr std::array<unsigned char, 16> kXmpUuid = {0xBE,
                                                        0x7A,
                                                        0xCF,
                                                        0xCB,
                                                        0x97,
                                                        0xA9,
                                                        0x42,
                                                        0xE8,
                                                        0x9C,
                                                        0x71,
                                                        0x99,
                                                        0x94,
                                                        0x91,
                                                        0xE3,
                                                        0xAF,
                                                        0xAC};
    AVIOContext* const file = context_->pb;
    const std::int64_t size = avio_size(file);
    check(static_cast<int>(std::min<std::int64_t>(size, 0)));
    check(static_cast<int>(std::min<std::int64_t>(avio_seek(file, size, SEEK_SET), 0)));
    avio_wb32(file, static_cast<unsigned>(8 + kXmpUuid.size() + xmp.size()));
    avio_write(file, reinterpret_cast<const unsigned char*>("uuid"), 4);
    avio_write(file, kXmpUuid.data(), static_cast<int>(kXmpUuid.size()));
    avio_write(
        file, reinterpret_cast<const unsigned char*>(xmp.data()), static_cast<int>(xmp.size()));
    avio_flush(file);
}

void Mp4Muxer::finish(const std::string& xmp) {
    check(av_write_trailer(context_));
    if (!xmp.empty()) {
        write_xmp(xmp);
    }
    check(context_->pb->error);
    const int result = avio_closep(&context_->pb);
    close_quietly();
    check(result);
}

}  // namespace vasa::media
