// SPDX-License-Identifier: Apache-2.0
#include "media_writer.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
}

using namespace vasa;

namespace {

void check(int result, const char* step) {
    if (result < 0) {
        char text[AV_ERROR_MAX_STRING_SIZE] = {};
        av_strerror(result, text, sizeof text);
        throw core::Error(core::ErrorKind::Internal, std::string(step) + ": " + text);
    }
}

AVCodecContext* make_encoder(const std::string& name) {
    const AVCodec* encoder = avcodec_find_encoder_by_name(name.c_str());
    if (!encoder) {
        throw core::Error(core::ErrorKind::Internal, "no encoder " + name);
    }
    AVCodecContext* codec = avcodec_alloc_context3(encoder);
    codec->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;
    return codec;
}

}  // namespace

struct MediaWriter::State {
    AVFormatContext* output = nullptr;
    AVCodecContext* video = nullptr;
    AVCodecContext* audio = nullptr;
    int video_index = -1, audio_index = -1;
    int interval_ticks = 1;
    int stated_padding = 0;
    AVPacket* packet = av_packet_alloc();
    std::vector<float> pending;  ///< sound of less than a block
    std::int64_t pending_time = AV_NOPTS_VALUE;

    ~State() {
        av_packet_free(&packet);
        avcodec_free_context(&video);
        avcodec_free_context(&audio);
        if (output) {
            avio_closep(&output->pb);
            avformat_free_context(output);
        }
    }

    int add_stream(AVCodecContext* codec) {
        if ((output->oformat->flags & AVFMT_GLOBALHEADER) != 0) {
            codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
        }
        check(avcodec_open2(codec, codec->codec, nullptr), codec->codec->name);
        AVStream* stream = avformat_new_stream(output, nullptr);
        stream->time_base = codec->time_base;
        stream->sample_aspect_ratio = codec->sample_aspect_ratio;
        check(avcodec_parameters_from_context(stream->codecpar, codec), "stream");
        return stream->index;
    }

    void encode(AVCodecContext* codec, int index, const AVFrame* frame) {
        check(avcodec_send_frame(codec, frame), "encoder");
        while (avcodec_receive_packet(codec, packet) >= 0) {
            if (index == video_index && packet->duration == 0) {
                packet->duration = interval_ticks;
            }
            if (index == audio_index && stated_padding > 0) {
                std::uint8_t* skip = av_packet_new_side_data(packet, AV_PKT_DATA_SKIP_SAMPLES, 10);
                std::fill_n(skip, 10, std::uint8_t{0});
                skip[4] = static_cast<std::uint8_t>(stated_padding & 0xff);
                skip[5] = static_cast<std::uint8_t>(stated_padding >> 8);
            }
            av_packet_rescale_ts(packet, codec->time_base, output->streams[index]->time_base);
            packet->stream_index = index;
            check(av_interleaved_write_frame(output, packet), "muxer");
        }
    }

    void encode_sound(std::size_t count) {
        const auto channels = static_cast<std::size_t>(audio->ch_layout.nb_channels);
        // Some encoders take no short blocks.
        if ((audio->codec->capabilities & AV_CODEC_CAP_SMALL_LAST_FRAME) == 0 &&
            audio->frame_size > 0 && count < static_cast<std::size_t>(audio->frame_size)) {
            count = static_cast<std::size_t>(audio->frame_size);
            pending.resize(count * channels, 0.0F);
        }
        AVFrame* frame = av_frame_alloc();
        frame->format = audio->sample_fmt;
        frame->sample_rate = audio->sample_rate;
        frame->nb_samples = static_cast<int>(count);
        frame->pts = pending_time;
        av_channel_layout_copy(&frame->ch_layout, &audio->ch_layout);
        check(av_frame_get_buffer(frame, 0), "frame");
        const bool is_planar = av_sample_fmt_is_planar(audio->sample_fmt) != 0;
        const bool is_short = av_get_packed_sample_fmt(audio->sample_fmt) == AV_SAMPLE_FMT_S16;
        for (std::size_t i = 0; i < count; ++i) {
            for (std::size_t c = 0; c < channels; ++c) {
                const float value = pending[i * channels + c];
                std::uint8_t* plane = frame->extended_data[is_planar ? c : 0];
                const std::size_t at = is_planar ? i : i * channels + c;
                if (is_short) {
                    reinterpret_cast<std::int16_t*>(plane)[at] =
                        static_cast<std::int16_t>(std::lrint(value * 32767.0F));
                } else {
                    reinterpret_cast<float*>(plane)[at] = value;
                }
            }
        }
        encode(audio, audio_index, frame);
        av_frame_free(&frame);
        pending.erase(pending.begin(),
                      pending.begin() + static_cast<std::ptrdiff_t>(count * channels));
        pending_time += static_cast<std::int64_t>(count);
    }

    void encode_pending(bool is_last) {
        const auto channels = static_cast<std::size_t>(audio->ch_layout.nb_channels);
        const std::size_t block =
            audio->frame_size > 0 ? static_cast<std::size_t>(audio->frame_size) : 1024;
        while (pending.size() >= block * channels || (is_last && !pending.empty())) {
            encode_sound(std::min(block, pending.size() / channels));
        }
    }
};

MediaWriter::MediaWriter(const std::string& path,
                         const std::string& format,
                         const Video* video,
                         const Sound* sound,
                         const std::map<std::string, std::string>& options)
    : state_(std::make_unique<State>()) {
    State& s = *state_;
    av_log_set_level(AV_LOG_ERROR);  // no statistics of encoders
    check(avformat_alloc_output_context2(&s.output, nullptr, format.c_str(), path.c_str()),
          "container");
    s.output->max_interleave_delta = 0;
    if (video) {
        s.video = make_encoder(video->codec);
        s.video->width = video->width;
        s.video->height = video->height;
        s.video->pix_fmt = AV_PIX_FMT_YUV420P;
        s.video->time_base = {1, video->ticks_hz};
        s.video->sample_aspect_ratio = {video->aspect_num, video->aspect_den};
        s.video->bit_rate = 2'000'000;
        av_opt_set_int(s.video->priv_data, "crf", 10, 0);  // of libx264, instead of the rate
        s.video->gop_size = 12;
        s.video->thread_count = 1;
        s.interval_ticks = video->interval_ticks;
        s.video_index = s.add_stream(s.video);
    }
    if (sound) {
        s.audio = make_encoder(sound->codec);
        s.audio->sample_rate = sound->sample_rate;
        s.audio->time_base = {1, sound->sample_rate};
        s.audio->sample_fmt = s.audio->codec->sample_fmts[0];
        s.audio->bit_rate = 64'000 * sound->channels;
        if (sound->quality >= 0) {
            s.audio->flags |= AV_CODEC_FLAG_QSCALE;
            s.audio->global_quality = sound->quality * FF_QP2LAMBDA;
        }
        av_channel_layout_default(&s.audio->ch_layout, sound->channels);
        s.stated_padding = sound->stated_padding;
        s.audio_index = s.add_stream(s.audio);
    }
    check(avio_open(&s.output->pb, path.c_str(), AVIO_FLAG_WRITE), "file");
    AVDictionary* dictionary = nullptr;
    for (const auto& [key, value] : options) {
        av_dict_set(&dictionary, key.c_str(), value.c_str(), 0);
    }
    const int written = avformat_write_header(s.output, &dictionary);
    av_dict_free(&dictionary);
    check(written, "header");
}

MediaWriter::~MediaWriter() = default;

void MediaWriter::picture(const core::ImageU8& rgb, double time_s) {
    State& s = *state_;
    AVFrame* frame = av_frame_alloc();
    frame->format = s.video->pix_fmt;
    frame->width = s.video->width;
    frame->height = s.video->height;
    check(av_frame_get_buffer(frame, 0), "frame");
    SwsContext* scaler = sws_getContext(rgb.width,
                                        rgb.height,
                                        AV_PIX_FMT_RGB24,
                                        frame->width,
                                        frame->height,
                                        AV_PIX_FMT_YUV420P,
                                        SWS_BILINEAR,
                                        nullptr,
                                        nullptr,
                                        nullptr);
    const std::uint8_t* source[] = {rgb.data.data()};
    const int stride[] = {rgb.width * 3};
    sws_scale(scaler, source, stride, 0, rgb.height, frame->data, frame->linesize);
    sws_freeContext(scaler);
    frame->pts = std::llround(time_s * s.video->time_base.den);
    s.encode(s.video, s.video_index, frame);
    av_frame_free(&frame);
}

void MediaWriter::sound(const media::AudioClip& clip, double time_s) {
    State& s = *state_;
    const auto time = std::llround(time_s * s.audio->sample_rate);
    const auto num_pending =
        static_cast<std::int64_t>(s.pending.size()) / s.audio->ch_layout.nb_channels;
    if (s.pending_time == AV_NOPTS_VALUE || s.pending_time + num_pending != time) {
        s.encode_pending(true);
        s.pending_time = time;
    }
    s.pending.insert(s.pending.end(), clip.samples.begin(), clip.samples.end());
    s.encode_pending(false);
}

void MediaWriter::finish() {
    State& s = *state_;
    if (s.audio) {
        s.encode_pending(true);
        s.encode(s.audio, s.audio_index, nullptr);
    }
    if (s.video) {
        s.encode(s.video, s.video_index, nullptr);
    }
    check(av_write_trailer(s.output), "trailer");
    check(avio_closep(&s.output->pb), "file");
}
