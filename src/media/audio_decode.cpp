// SPDX-License-Identifier: Apache-2.0
#include "audio_decode.h"

#include "libav_util.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace vasa::media {
namespace {

/// Decodes the packets of one stream into interleaved f32.
class SoundDecoder {
  public:
    SoundDecoder(const std::string& path, const LoadAudioOptions& options)
        : path_(path), options_(options), input_(open_media(path, "speech")) {
        const AVCodec* decoder = nullptr;
        stream_index_ = find_stream(*input_, AVMEDIA_TYPE_AUDIO, decoder);
        if (stream_index_ < 0) {
            fail_sound(path_, "no sound in it that can be decoded");
        }
        try {
            codec_ = open_decoder(*stream(), decoder, 1);
        } catch (const core::Error& error) {
            fail_sound(path_, error.what());
        }
    }

    AudioClip decode() {
        const PacketPtr packet = make_packet();
        for (;;) {
            const int result = av_read_frame(input_.get(), packet.get());
            if (result == AVERROR_EOF) {
                break;
            }
            if (result < 0) {
                fail_sound(path_, "truncated or damaged: " + av_error_text(result));
            }
            if (packet->stream_index == stream_index_) {
                send(packet.get());
            }
            av_packet_unref(packet.get());
        }
        send(nullptr);
        if (clip_.samples.empty()) {
            fail_sound(path_, "no sound in it that can be decoded");
        }
        fit_declared_length();
        return std::move(clip_);
    }

  private:
    const AVStream* stream() const { return input_->streams[stream_index_]; }

    void send(const AVPacket* packet) {
        if (packet && (packet->flags & AV_PKT_FLAG_CORRUPT) != 0) {
            fail_sound(path_, "truncated" + position());
        }
        int result = avcodec_send_packet(codec_.get(), packet);
        // Streams cut out of a broadcast may begin in the middle of a frame.
        if (result == AVERROR_INVALIDDATA && clip_.samples.empty()) {
            return;
        }
        if (result < 0) {
            fail_sound(path_, "damaged" + position() + ": " + av_error_text(result));
        }
        for (;;) {
            result = avcodec_receive_frame(codec_.get(), frame_.get());
            if (result == AVERROR(EAGAIN) || result == AVERROR_EOF ||
                (result == AVERROR_INVALIDDATA && clip_.samples.empty())) {
                return;
            }
            if (result < 0) {
                fail_sound(path_, "damaged" + position() + ": " + av_error_text(result));
            }
            append(*frame_);
            av_frame_unref(frame_.get());
        }
    }

    void append(AVFrame& frame) {
        const int channels = frame.ch_layout.nb_channels;
        if (!to_float_) {
            check_sound_format(path_, frame.sample_rate, channels);
            clip_.sample_rate = frame.sample_rate;
            clip_.channels = channels;
            make_converter(frame);
        }
        if (frame.sample_rate != clip_.sample_rate || channels != clip_.channels ||
            frame.format != format_) {
            fail_sound(path_, "its format changes" + position());
        }
        const std::size_t used = clip_.samples.size();
        clip_.samples.resize(used + static_cast<std::size_t>(frame.nb_samples) *
                                        static_cast<std::size_t>(channels));
        auto* target = reinterpret_cast<std::uint8_t*>(clip_.samples.data() + used);
        const int count = swr_convert(to_float_.get(),
                                      &target,
                                      frame.nb_samples,
                                      const_cast<const std::uint8_t**>(frame.extended_data),
                                      frame.nb_samples);
        if (count != frame.nb_samples) {
            fail_sound(path_, "its samples cannot be converted");
        }
        check_sound_length(path_, clip_.num_frames(), clip_.sample_rate, options_);
    }

    void make_converter(AVFrame& frame) {
        SwrContext* context = nullptr;
        const int made = swr_alloc_set_opts2(&context,
                                             &frame.ch_layout,
                                             AV_SAMPLE_FMT_FLT,
                                             frame.sample_rate,
                                             &frame.ch_layout,
                                             static_cast<AVSampleFormat>(frame.format),
                                             frame.sample_rate,
                                             0,
                                             nullptr);
        to_float_.reset(context);
        format_ = frame.format;
        if (made < 0 || swr_init(to_float_.get()) < 0) {
            fail_sound(path_, "its samples cannot be converted");
        }
    }

    /// Drops the padding of the last block and refuses files that end early.
    void fit_declared_length() {
        if (stream()->duration == AV_NOPTS_VALUE || stream()->duration <= 0 ||
            input_->duration_estimation_method == AVFMT_DURATION_FROM_BITRATE) {
            return;
        }
        const AVRational sample_time = {1, clip_.sample_rate};
        const std::int64_t declared =
            av_rescale_q(stream()->duration, stream()->time_base, sample_time);
        const std::int64_t decoded = clip_.num_frames();
        constexpr std::int64_t kLongestPadding = 4096;
        if (decoded < declared - std::max<std::int64_t>(clip_.sample_rate / 4, kLongestPadding)) {
            fail_sound(path_,
                       "truncated: " + std::to_string(decoded) + " samples, expected " +
                           std::to_string(declared));
        }
        // The container's length is exact only if it counts in samples.
        if (stream()->time_base.num == 1 && stream()->time_base.den == clip_.sample_rate &&
            decoded > declared && decoded - declared <= kLongestPadding) {
            clip_.samples.resize(static_cast<std::size_t>(declared * clip_.channels));
        }
    }

    std::string position() const {
        char text[48];
        std::snprintf(text, sizeof text, " at %.2f s", clip_.duration_s());
        return text;
    }

    const std::string& path_;
    const LoadAudioOptions& options_;
    InputPtr input_;
    int stream_index_ = -1;
    CodecPtr codec_;
    SwrPtr to_float_;
    int format_ = -1;
    FramePtr frame_ = make_frame();
    AudioClip clip_;
};

}  // namespace

AudioClip decode_with_libav(const std::string& path, const LoadAudioOptions& options) {
    return SoundDecoder(path, options).decode();
}

}  // namespace vasa::media
