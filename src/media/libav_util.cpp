// SPDX-License-Identifier: Apache-2.0
#include "libav_util.h"

#include "vasa/core/atomic_file.h"

#include <cctype>
#include <filesystem>
#include <system_error>

extern "C" {
#include <libavutil/channel_layout.h>
}

namespace vasa::media {
namespace {

/// Self-contained containers: no playlists, no text, no devices.
constexpr char kContainers[] =
    "mov,matroska,webm,avi,flv,mpegts,mpeg,mpegvideo,asf,mxf,gif,nut,ivf,h264,hevc,m4v,"
    "aac,mp3,ogg,wav,w64,rf64,flac,aiff,caf,au,amr,ac3,eac3,wv,ape,tta,oma,dts,latm,loas";

}  // namespace

std::string av_error_text(int code) {
    char buffer[AV_ERROR_MAX_STRING_SIZE] = {};
    av_strerror(code, buffer, sizeof buffer);
    std::string text = buffer;
    if (!text.empty()) {
        text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    }
    return text;
}

FramePtr make_frame() {
    return FramePtr(require_memory(av_frame_alloc()));
}

PacketPtr make_packet() {
    return PacketPtr(require_memory(av_packet_alloc()));
}

InputPtr open_media(const std::string& path, const std::string& what, const SoundRange& range) {
    ensure_av_log();
    begin_av_messages(path);
    const auto fail = [&](const std::string& cause) {
        throw core::Error(core::ErrorKind::Input,
                          "cannot read " + what + " '" + path + "': " + cause);
    };
    const std::string cause = core::unreadable_cause(path);
    if (!cause.empty()) {
        fail(cause);
    }
    std::error_code error;
    const auto size = static_cast<std::int64_t>(std::filesystem::file_size(path, error));
    if (size == 0) {
        fail("empty file");
    }
    AVDictionary* options = nullptr;
    av_dict_set(&options, "protocol_whitelist", "file,subfile", 0);
    av_dict_set(&options, "format_whitelist", kContainers, 0);
    AVFormatContext* context = nullptr;
    // The prefix keeps names such as "a:b.mp4" from being taken for another protocol.
    std::string address = "file:" + path;
    if (range.begin > 0 || (range.end > 0 && range.end < size)) {
        address = "subfile,,start," + std::to_string(range.begin) + ",end," +
                  std::to_string(range.end) + ",,:" + address;
    }
    const int opened = avformat_open_input(&context, address.c_str(), nullptr, &options);
    av_dict_free(&options);
    if (opened < 0) {
        fail(opened == AVERROR_INVALIDDATA || opened == AVERROR(EINVAL)
                 ? "damaged or of an unknown type"
                 : av_error_text(opened));
    }
    InputPtr input(context);
    const int found = avformat_find_stream_info(input.get(), nullptr);
    if (found < 0) {
        fail(av_error_text(found));
    }
    return input;
}

int find_stream(AVFormatContext& input, AVMediaType type, const AVCodec*& decoder) {
    const int index = av_find_best_stream(&input, type, -1, -1, &decoder, 0);
    if (index < 0 || (input.streams[index]->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0) {
        return -1;
    }
    for (unsigned i = 0; i < input.nb_streams; ++i) {
        input.streams[i]->discard =
            static_cast<int>(i) == index ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    }
    return index;
}

CodecPtr open_decoder(const AVStream& stream, const AVCodec* decoder, int threads) {
    CodecPtr codec(require_memory(avcodec_alloc_context3(decoder)));
    int result = avcodec_parameters_to_context(codec.get(), stream.codecpar);
    if (result >= 0) {
        codec->pkt_timebase = stream.time_base;
        codec->thread_count = threads;
        codec->max_pixels = 100'000'000;
        result = avcodec_open2(codec.get(), decoder, nullptr);
    }
    if (result < 0) {
        throw core::Error(
            core::ErrorKind::Input,
            "cannot decode " + std::string(decoder->name) + ": " + av_error_text(result));
    }
    return codec;
}

double stream_duration_s(const AVFormatContext& input, const AVStream& stream) {
    if (stream.duration != AV_NOPTS_VALUE && stream.duration > 0) {
        return static_cast<double>(stream.duration) * av_q2d(stream.time_base);
    }
    if (input.duration != AV_NOPTS_VALUE && input.duration > 0) {
        return static_cast<double>(input.duration) / AV_TIME_BASE;
    }
    return 0.0;
}

int make_sound_converter(const SoundFormat& from,
                         AVSampleFormat samples,
                         const SoundFormat& to,
                         SwrPtr& converter) {
    AVChannelLayout source{}, target{};
    av_channel_layout_default(&source, from.channels);
    av_channel_layout_default(&target, to.channels);
    SwrContext* context = nullptr;
    const int result = swr_alloc_set_opts2(&context,
                                           &target,
                                           AV_SAMPLE_FMT_FLT,
                                           to.sample_rate,
                                           &source,
                                           samples,
                                           from.sample_rate,
                                           0,
                                           nullptr);
    converter.reset(context);
    return result;
}

int append_converted(SwrContext& converter,
                     const std::uint8_t** planes,
                     int num_frames,
                     int channels,
                     std::vector<float>& samples) {
    const int room = swr_get_out_samples(&converter, num_frames);
    if (room < 0) {
        return room;
    }
    const std::size_t used = samples.size();
    const auto width = static_cast<std::size_t>(channels);
    samples.resize(used + static_cast<std::size_t>(room) * width);
    auto* target = reinterpret_cast<std::uint8_t*>(samples.data() + used);
    const int count = swr_convert(&converter, &target, room, planes, num_frames);
    samples.resize(used + static_cast<std::size_t>(count < 0 ? 0 : count) * width);
    return count;
}

std::map<std::string, std::string> read_tags(const AVDictionary* tags) {
    std::map<std::string, std::string> result;
    const AVDictionaryEntry* entry = nullptr;
    while ((entry = av_dict_get(tags, "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr) {
        result[entry->key] = entry->value;
    }
    return result;
}

}  // namespace vasa::media
