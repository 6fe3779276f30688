// SPDX-License-Identifier: Apache-2.0
#include "audio_encoder.h"

#include <algorithm>

extern "C" {
#include <libavutil/channel_layout.h>
}

namespace vasa::media {
namespace {

constexpr int kFallbackRate = 48'000;
constexpr std::int64_t kBlockFrames = 1 << 14;

int encoder_rate(const AVCodec& encoder, int sample_rate) {
    for (const int* rate = encoder.supported_samplerates; rate && *rate != 0; ++rate) {
        if (*rate == sample_rate) {
            return sample_rate;
        }
    }
    return kFallbackRate;
}

/// Usual arrangement of so many channels. libav's own for 3 and 7 have a channel for low
/// frequencies only, which encoders cut at 120 Hz; 6 and 8 channels are 5.1 and 7.1 by convention.
void set_layout(AVChannelLayout& layout, int channels) {
    if (channels == 3) {
        layout = AV_CHANNEL_LAYOUT_SURROUND;
    } else if (channels == 7) {
        layout = AV_CHANNEL_LAYOUT_7POINT0;
    } else {
        av_channel_layout_default(&layout, channels);
    }
}

}  // namespace

AudioEncoder::AudioEncoder(Muxer& muxer, int sample_rate, int channels, int bitrate, int coded_rate)
    : muxer_(muxer), input_rate_(sample_rate), channels_(channels) {
    if (sample_rate < 1 || channels < 1 || channels > 8) {
        throw core::Error(core::ErrorKind::Usage,
                          "sound of " + std::to_string(sample_rate) + " Hz and " +
                              std::to_string(channels) + " channels, expected 1 to 8 channels");
    }
    const AVCodec* encoder = avcodec_find_encoder(AV_CODEC_ID_AAC);
    if (!encoder) {
        throw core::Error(core::ErrorKind::Resource, "libav has no AAC encoder");
    }
    codec_.reset(require_memory(avcodec_alloc_context3(encoder)));
    codec_->sample_rate = encoder_rate(*encoder, coded_rate > 0 ? coded_rate : sample_rate);
    codec_->sample_fmt = AV_SAMPLE_FMT_FLTP;
    codec_->time_base = {1, codec_->sample_rate};
    set_layout(codec_->ch_layout, channels);
    // AAC has at most 6144 bits per channel in a block of 1024 samples.
    const std::int64_t most = std::int64_t{6} * codec_->sample_rate * channels;
    codec_->bit_rate = std::min<std::int64_t>(bitrate, most);
    codec_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    muxer_.check(avcodec_open2(codec_.get(), encoder, nullptr));
    stream_index_ = muxer_.add_stream(*codec_);
    if (codec_->sample_rate != sample_rate) {
        make_resampler(sample_rate);
    }
}

void AudioEncoder::make_resampler(int sample_rate) {
    SwrContext* context = nullptr;
    const int made = swr_alloc_set_opts2(&context,
                                         &codec_->ch_layout,
                                         AV_SAMPLE_FMT_FLT,
                                         codec_->sample_rate,
                                         &codec_->ch_layout,
                                         AV_SAMPLE_FMT_FLT,
                                         sample_rate,
                                         0,
                                         nullptr);
    resampler_.reset(context);
    muxer_.check(made);
    muxer_.check(swr_init(resampler_.get()));
}

void AudioEncoder::write(const float* samples, std::int64_t num_frames) {
    for (std::int64_t begin = 0; begin < num_frames; begin += kBlockFrames) {
        convert(samples + begin * channels_, std::min(kBlockFrames, num_frames - begin));
        encode_pending(false);
    }
    num_input_frames_ += num_frames;
}

/// Appends a block (nullptr: the rest in the resampler) to the pending samples.
void AudioEncoder::convert(const float* samples, std::int64_t num_frames) {
    const auto channels = static_cast<std::size_t>(channels_);
    if (!resampler_) {
        pending_.insert(pending_.end(), samples, samples + num_frames * channels_);
        return;
    }
    const int room = swr_get_out_samples(resampler_.get(), static_cast<int>(num_frames));
    muxer_.check(room);
    const std::size_t used = pending_.size();
    pending_.resize(used + static_cast<std::size_t>(room) * channels);
    auto* target = reinterpret_cast<std::uint8_t*>(pending_.data() + used);
    const auto* source = reinterpret_cast<const std::uint8_t*>(samples);
    const int count = swr_convert(
        resampler_.get(), &target, room, samples ? &source : nullptr, static_cast<int>(num_frames));
    muxer_.check(count);
    pending_.resize(used + static_cast<std::size_t>(count) * channels);
}

void AudioEncoder::encode_pending(bool is_last) {
    const auto channels = static_cast<std::size_t>(channels_);
    const auto block = static_cast<std::size_t>(codec_->frame_size);
    const std::size_t num_frames = pending_.size() / channels;
    std::size_t begin = 0;
    while (num_frames - begin >= block || (is_last && begin < num_frames)) {
        const std::size_t count = std::min(block, num_frames - begin);
        av_frame_unref(frame_.get());
        frame_->format = codec_->sample_fmt;
        frame_->sample_rate = codec_->sample_rate;
        frame_->nb_samples = static_cast<int>(count);
        muxer_.check(av_channel_layout_copy(&frame_->ch_layout, &codec_->ch_layout));
        muxer_.check(av_frame_get_buffer(frame_.get(), 0));
        for (std::size_t c = 0; c < channels; ++c) {
            auto* plane = reinterpret_cast<float*>(frame_->extended_data[c]);
            const float* source = pending_.data() + begin * channels + c;
            for (std::size_t i = 0; i < count; ++i) {
                plane[i] = source[i * channels];
            }
        }
        frame_->pts = num_encoded_frames_;
        num_encoded_frames_ += static_cast<std::int64_t>(count);
        encode(frame_.get());
        begin += count;
    }
    pending_.erase(pending_.begin(),
                   pending_.begin() + static_cast<std::ptrdiff_t>(begin * channels));
}

void AudioEncoder::encode(const AVFrame* frame) {
    muxer_.check(avcodec_send_frame(codec_.get(), frame));
    for (;;) {
        const int result = avcodec_receive_packet(codec_.get(), packet_.get());
        if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) {
            return;
        }
        muxer_.check(result);
        muxer_.write(packet_.get(), stream_index_, codec_->time_base);
    }
}

void AudioEncoder::finish() {
    if (resampler_ && num_input_frames_ > 0) {
        convert(nullptr, 0);
        // The output has exactly the length that the input requires.
        const std::int64_t length =
            (2 * num_input_frames_ * codec_->sample_rate + input_rate_) / (2 * input_rate_);
        const std::int64_t rest = std::max<std::int64_t>(length - num_encoded_frames_, 0);
        pending_.resize(static_cast<std::size_t>(rest * channels_));
    }
    encode_pending(true);
    encode(nullptr);
}

}  // namespace vasa::media
