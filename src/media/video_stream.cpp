// SPDX-License-Identifier: Apache-2.0
#include "vasa/media/video_stream.h"

#include "audio_encoder.h"
#include "h264_encoder.h"
#include "stream_muxer.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace vasa::media {
namespace {

/// A block of AAC then lasts 21 ms; at the 16 kHz of speech it would wait for 64 ms of sound.
constexpr int kCodedRate_hz = 48'000;
constexpr std::int64_t kSilenceBlock = 1 << 12;

}  // namespace

struct VideoStream::State {
    StreamMuxer muxer;
    CodecPtr codec;
    std::optional<AudioEncoder> sound;
    int channels;
    int video_stream = 0;
    FramePtr frame = make_frame();
    PacketPtr packet = make_packet();

    State(int width, int height, const StreamOptions& options)
        : muxer(options), channels(options.channels) {
        const StreamCoding coding{muxer.has_global_header()};
        codec = open_h264_encoder(width, height, options.video, &coding);
        video_stream = muxer.add_stream(*codec);
        sound.emplace(muxer,
                      options.sample_rate,
                      options.channels,
                      options.video.audio_bitrate,
                      kCodedRate_hz);
        muxer.write_header();
        frame->format = codec->pix_fmt;
        frame->width = width;
        frame->height = height;
        muxer.check(av_frame_get_buffer(frame.get(), 0));
    }

    /// @param next  nullptr drains the encoder
    void encode(const AVFrame* next) {
        muxer.check(avcodec_send_frame(codec.get(), next));
        for (;;) {
            const int result = avcodec_receive_packet(codec.get(), packet.get());
            if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) {
                return;
            }
            muxer.check(result);
            packet->duration = 1;
            muxer.write(packet.get(), video_stream, codec->time_base);
        }
    }
};

VideoStream::VideoStream(int width, int height, const StreamOptions& options) {
    options.video.check();
    state_ = std::make_unique<State>(width, height, options);
}

VideoStream::~VideoStream() = default;

void VideoStream::write_frame(const Yuv420Frame& frame, std::int64_t index) {
    AVFrame& target = *state_->frame;
    if (frame.width != target.width || frame.height != target.height ||
        frame.data.size() != Yuv420Frame(target.width, target.height).data.size()) {
        throw core::Error(core::ErrorKind::Internal,
                          "stream frame of " + std::to_string(frame.width) + "x" +
                              std::to_string(frame.height) + ", expected " +
                              std::to_string(target.width) + "x" + std::to_string(target.height));
    }
    // The encoder may still hold the last frame's memory.
    state_->muxer.check(av_frame_make_writable(&target));
    copy_pixels(frame, target);
    target.pts = index;
    state_->encode(&target);
}

void VideoStream::write_sound(const float* samples, std::int64_t num_frames) {
    state_->sound->write(samples, num_frames);
}

void VideoStream::skip_sound(std::int64_t num_frames) {
    const std::vector<float> silence(
        static_cast<std::size_t>(std::min(num_frames, kSilenceBlock) * state_->channels));
    for (std::int64_t begin = 0; begin < num_frames; begin += kSilenceBlock) {
        write_sound(silence.data(), std::min(kSilenceBlock, num_frames - begin));
    }
}

void VideoStream::finish() {
    state_->encode(nullptr);
    state_->sound->finish();
    state_->muxer.finish();
}

}  // namespace vasa::media
