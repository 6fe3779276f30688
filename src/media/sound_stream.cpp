// SPDX-License-Identifier: Apache-2.0
#include "vasa/media/sound_stream.h"

#include "libav_util.h"
#include "sound_converter.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace vasa::media {
namespace {

/// Those that carry sound; neither "concat" nor "data", and no playlists over them.
constexpr char kProtocols[] = "file,udp,rtp,srt,rtmp,rtmps,tcp,tls,http,https,httpproxy,unix,pipe";
constexpr char kContainers[] =
    "mov,matroska,webm,avi,flv,live_flv,mpegts,mpeg,asf,nut,aac,mp3,ogg,wav,w64,flac,aiff,caf,au,"
    "amr,ac3,latm,loas";
/// How much of a stream is looked at before it begins: more would delay it.
constexpr std::int64_t kProbe_us = 500'000;

}  // namespace

struct SoundStream::State {
    const std::string address;
    const std::function<bool()> is_stopped;
    InputPtr input;
    int stream = -1;
    CodecPtr codec;
    SoundConverter converter;
    FramePtr frame = make_frame();
    PacketPtr packet = make_packet();
    bool is_drained = false;

    State(std::string name, std::function<bool()> stopped)
        : address(std::move(name)), is_stopped(std::move(stopped)) {
        ensure_av_log();
        open();
        const AVCodec* decoder = nullptr;
        stream = find_stream(*input, AVMEDIA_TYPE_AUDIO, decoder);
        if (stream < 0) {
            fail("no sound that can be decoded");
        }
        codec = open_decoder(*input->streams[stream], decoder, 1);
    }

    [[noreturn]] void fail(const std::string& cause) const {
        throw core::Error(core::ErrorKind::Input, "cannot read speech '" + address + "': " + cause);
    }

    static int is_interrupted(void* self) {
        const auto& state = *static_cast<const State*>(self);
        return state.is_stopped && state.is_stopped() ? 1 : 0;
    }

    void open() {
        AVFormatContext* context = require_memory(avformat_alloc_context());
        context->interrupt_callback = {&State::is_interrupted, this};
        context->max_analyze_duration = kProbe_us;
        AVDictionary* options = nullptr;
        av_dict_set(&options, "protocol_whitelist", kProtocols, 0);
        av_dict_set(&options, "format_whitelist", kContainers, 0);
        // The context is freed on failure.
        const int opened = avformat_open_input(&context, address.c_str(), nullptr, &options);
        av_dict_free(&options);
        if (opened < 0) {
            fail(av_error_text(opened));
        }
        input.reset(context);
        const int found = avformat_find_stream_info(input.get(), nullptr);
        if (found < 0) {
            fail(av_error_text(found));
        }
    }

    /// Gives the decoder the next packet. False at the end of the stream.
    bool send_packet() {
        for (;;) {
            av_packet_unref(packet.get());
            const int result = av_read_frame(input.get(), packet.get());
            if (result == AVERROR(EAGAIN)) {
                continue;
            }
            if (result == AVERROR_EOF || result == AVERROR_EXIT) {
                return false;
            }
            if (result < 0) {
                fail(av_error_text(result));
            }
            if (packet->stream_index == stream) {
                // A damaged packet costs its own sound only.
                avcodec_send_packet(codec.get(), packet.get());
                return true;
            }
        }
    }

    void append(std::vector<float>& samples) {
        const std::size_t used = samples.size();
        if (!converter.convert(*frame, samples)) {
            fail("sound that cannot be converted");
        }
        for (std::size_t i = used; i < samples.size(); ++i) {
            const float sample = samples[i];
            samples[i] = std::isnan(sample) ? 0.0F : std::clamp(sample, -1.0F, 1.0F);
        }
    }
};

SoundStream::SoundStream(const std::string& address, std::function<bool()> is_stopped)
    : state_(std::make_unique<State>(address, std::move(is_stopped))) {}

SoundStream::~SoundStream() = default;

int SoundStream::sample_rate() const {
    return state_->codec->sample_rate;
}

int SoundStream::channels() const {
    return state_->codec->ch_layout.nb_channels;
}

bool SoundStream::read(std::vector<float>& samples) {
    State& state = *state_;
    for (;;) {
        const int result = avcodec_receive_frame(state.codec.get(), state.frame.get());
        if (result >= 0) {
            state.append(samples);
            return true;
        }
        if (result != AVERROR(EAGAIN) || state.is_drained) {
            return false;
        }
        if (!state.send_packet()) {
            state.is_drained = true;
            avcodec_send_packet(state.codec.get(), nullptr);
        }
    }
}

}  // namespace vasa::media
