// SPDX-License-Identifier: Apache-2.0
#include "stream_muxer.h"

namespace vasa::media {
namespace {

constexpr int kBufferBytes = 1 << 15;
/// AAC begins 21 ms before its first sample, and MPEG-TS and FLV know no negative times.
constexpr std::int64_t kTimeOffset_us = 100'000;

const char* name_of(StreamFormat format) {
    switch (format) {
        case StreamFormat::Mp4:
            return "mp4";
        case StreamFormat::Flv:
            return "flv";
        case StreamFormat::MpegTs:
            break;
    }
    return "mpegts";
}

}  // namespace

StreamMuxer::StreamMuxer(const StreamOptions& options) : Muxer(options.target), options_(options) {
    ensure_av_log();
    const char* const url = options_.write ? nullptr : options_.target.c_str();
    check(avformat_alloc_output_context2(&context_, nullptr, name_of(options_.format), url));
    context_->flags |= AVFMT_FLAG_BITEXACT | AVFMT_FLAG_FLUSH_PACKETS;
    // The fragments of an MP4 have no edit list: their tracks begin at 0.
    context_->output_ts_offset = options_.format == StreamFormat::Mp4 ? 0 : kTimeOffset_us;
    // Else pictures alone would be moved to 0.
    context_->avoid_negative_ts = AVFMT_AVOID_NEG_TS_DISABLED;
    context_->interrupt_callback = {&StreamMuxer::is_interrupted, this};
    try {
        open_target();
    } catch (...) {
        close_quietly();
        throw;
    }
}

StreamMuxer::~StreamMuxer() {
    close_quietly();
}

void StreamMuxer::open_target() {
    if (!options_.write) {
        AVDictionary* none = nullptr;
        check(avio_open2(
            &context_->pb, context_->url, AVIO_FLAG_WRITE, &context_->interrupt_callback, &none));
        return;
    }
    auto* const buffer =
        static_cast<unsigned char*>(require_memory(av_malloc(std::size_t{kBufferBytes})));
    context_->pb = avio_alloc_context(
        buffer, kBufferBytes, 1, this, nullptr, &StreamMuxer::write_bytes, nullptr);
    context_->flags |= AVFMT_FLAG_CUSTOM_IO;
    require_memory(context_->pb);
}

void StreamMuxer::close_quietly() {
    if (context_ == nullptr) {
        return;
    }
    if (options_.write && context_->pb != nullptr) {
        av_freep(&context_->pb->buffer);
        avio_context_free(&context_->pb);
    } else {
        avio_closep(&context_->pb);
    }
    avformat_free_context(context_);
    context_ = nullptr;
}

int StreamMuxer::write_bytes(void* self, std::uint8_t* bytes, int num_bytes) {
    auto& muxer = *static_cast<StreamMuxer*>(self);
    // An exception must not pass through libav's C code.
    try {
        if (!muxer.is_closed_ &&
            !muxer.options_.write(bytes, static_cast<std::size_t>(num_bytes))) {
            muxer.is_closed_ = true;
        }
    } catch (...) {
        return AVERROR(EIO);
    }
    // Who takes no more is no error: the rest is dropped.
    return num_bytes;
}

int StreamMuxer::is_interrupted(void* self) {
    const auto& muxer = *static_cast<const StreamMuxer*>(self);
    return muxer.options_.is_stopped && muxer.options_.is_stopped() ? 1 : 0;
}

bool StreamMuxer::has_global_header() const {
    return (context_->oformat->flags & AVFMT_GLOBALHEADER) != 0;
}

void StreamMuxer::write_header() {
    AVDictionary* options = nullptr;
    if (options_.format == StreamFormat::Mp4) {
        for (const auto& [key, value] : options_.video.metadata) {
            av_dict_set(&context_->metadata, key.c_str(), value.c_str(), 0);
        }
        av_dict_set(
            &options, "movflags", "+frag_custom+empty_moov+default_base_moof+use_metadata_tags", 0);
    } else if (options_.format == StreamFormat::MpegTs) {
        // Sound is not collected into larger packets, which would delay it.
        av_dict_set_int(&options, "pes_payload_size", 0, 0);
    } else {
        av_dict_set(&options, "flvflags", "no_duration_filesize", 0);
    }
    const int result = avformat_write_header(context_, &options);
    av_dict_free(&options);
    check(result);
}

void StreamMuxer::write(AVPacket* packet, int stream_index, AVRational time_base) {
    if (options_.format == StreamFormat::Mp4 && packet->pts < 0) {
        // What the sound's encoder says before the first sample would move the sound by its length.
        av_packet_unref(packet);
        return;
    }
    av_packet_rescale_ts(packet, time_base, context_->streams[stream_index]->time_base);
    packet->stream_index = stream_index;
    if (options_.format == StreamFormat::Flv) {
        // FLV wants its packets in order: pictures wait for the sound of their time, 43 ms.
        check(av_interleaved_write_frame(context_, packet));
        return;
    }
    check(av_write_frame(context_, packet));
    av_packet_unref(packet);
    if (options_.format == StreamFormat::Mp4) {
        check(av_write_frame(context_, nullptr));  // ends the fragment
    }
}

void StreamMuxer::finish() {
    check(av_write_trailer(context_));
    check(context_->pb->error);
}

}  // namespace vasa::media
