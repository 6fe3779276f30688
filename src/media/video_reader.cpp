// SPDX-License-Identifier: Apache-2.0
#include "libav_util.h"
#include "orientation.h"

#include "vasa/core/log.h"
#include "vasa/media/video_file.h"

#include <cstdint>
#include <cstring>
#include <utility>

namespace vasa::media {
namespace {

[[noreturn]] void fail_video(const std::string& path, const std::string& cause) {
    throw core::Error(core::ErrorKind::Input, "cannot read video '" + path + "': " + cause);
}

int stream_orientation(const AVStream& stream) {
    std::size_t size = 0;
    const std::uint8_t* data = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
    if (!data || size < 9 * sizeof(std::int32_t)) {
        return 1;
    }
    int matrix[9];
    std::memcpy(matrix, data, sizeof matrix);
    return orientation_of_display_matrix(matrix);
}

core::Rational frame_rate(const AVStream& stream) {
    const AVRational rate =
        stream.avg_frame_rate.num > 0 ? stream.avg_frame_rate : stream.r_frame_rate;
    if (rate.num <= 0 || rate.den <= 0) {
        return {0, 1};
    }
    AVRational lowest;
    av_reduce(&lowest.num, &lowest.den, rate.num, rate.den, INT32_MAX);
    return {lowest.num, lowest.den};
}

VideoInfo read_info(AVFormatContext& input, int video_index) {
    const AVStream& video = *input.streams[video_index];
    VideoInfo info;
    info.width = video.codecpar->width;
    info.height = video.codecpar->height;
    if (stream_orientation(video) >= 5) {
        std::swap(info.width, info.height);
    }
    info.fps = frame_rate(video);
    info.duration_s = stream_duration_s(input, video);
    info.video_codec = avcodec_get_name(video.codecpar->codec_id);
    const int audio_index = av_find_best_stream(&input, AVMEDIA_TYPE_AUDIO, -1, -1, nullptr, 0);
    if (audio_index >= 0) {
        const AVStream& audio = *input.streams[audio_index];
        info.audio_duration_s = stream_duration_s(input, audio);
        info.audio_codec = avcodec_get_name(audio.codecpar->codec_id);
    }
    info.metadata = read_tags(input.metadata);
    return info;
}

int find_video(const std::string& path, AVFormatContext& input, const AVCodec*& decoder) {
    const int index = find_stream(input, AVMEDIA_TYPE_VIDEO, decoder);
    if (index < 0) {
        fail_video(path, "no video in it that can be decoded");
    }
    return index;
}

/// For files without a colour tag, high definition is BT.709 and the rest BT.601.
int color_matrix(const AVFrame& frame) {
    if (frame.colorspace == AVCOL_SPC_UNSPECIFIED) {
        return frame.height >= 720 ? SWS_CS_ITU709 : SWS_CS_ITU601;
    }
    return frame.colorspace;
}

/// libav's old full-range formats only cause warnings.
AVPixelFormat modern_format(int format, bool& is_full_range) {
    switch (format) {
        case AV_PIX_FMT_YUVJ420P:
            is_full_range = true;
            return AV_PIX_FMT_YUV420P;
        case AV_PIX_FMT_YUVJ422P:
            is_full_range = true;
            return AV_PIX_FMT_YUV422P;
        case AV_PIX_FMT_YUVJ444P:
            is_full_range = true;
            return AV_PIX_FMT_YUV444P;
        default:
            return static_cast<AVPixelFormat>(format);
    }
}

}  // namespace

VideoInfo probe_video(const std::string& path) {
    const InputPtr input = open_media(path, "video");
    const AVCodec* decoder = nullptr;
    const int index = find_video(path, *input, decoder);
    return read_info(*input, index);
}

struct VideoReader::State {
    std::string path;
    InputPtr input;
    int stream_index = -1;
    VideoInfo info;
    int orientation = 1;
    CodecPtr codec;
    SwsPtr converter;
    AVPixelFormat format = AV_PIX_FMT_NONE;
    FramePtr frame = make_frame();
    FramePtr rgb = make_frame();
    PacketPtr packet = make_packet();
    bool is_drained = false;
    std::int64_t num_frames = 0;
    std::int64_t end_time = 0;  ///< end of the latest frame, in the stream's time base

    explicit State(const std::string& file) : path(file), input(open_media(file, "video")) {
        const AVCodec* decoder = nullptr;
        stream_index = find_video(path, *input, decoder);
        info = read_info(*input, stream_index);
        orientation = stream_orientation(stream());
        try {
            codec = open_decoder(stream(), decoder, 0);
        } catch (const core::Error& error) {
            fail_video(path, error.what());
        }
    }

    const AVStream& stream() const { return *input->streams[stream_index]; }

    [[noreturn]] void fail_damaged(const std::string& cause) const {
        fail_video(path, "damaged after frame " + std::to_string(num_frames) + ": " + cause);
    }

    /// Gives the decoder the next packet of the stream, or the end.
    void feed() {
        for (;;) {
            const int result = av_read_frame(input.get(), packet.get());
            if (result == AVERROR_EOF) {
                is_drained = true;
                avcodec_send_packet(codec.get(), nullptr);
                return;
            }
            if (result < 0) {
                fail_damaged(av_error_text(result));
            }
            if (packet->stream_index == stream_index) {
                break;
            }
            av_packet_unref(packet.get());
        }
        const bool is_cut = (packet->flags & AV_PKT_FLAG_CORRUPT) != 0;
        const int result = avcodec_send_packet(codec.get(), packet.get());
        av_packet_unref(packet.get());
        if (is_cut || result < 0) {
            fail_damaged(is_cut ? "truncated" : av_error_text(result));
        }
    }

    /// @return false after the last frame
    bool decode() {
        for (;;) {
            const int result = avcodec_receive_frame(codec.get(), frame.get());
            if (result == 0) {
                return true;
            }
            if (result == AVERROR_EOF) {
                check_complete();
                return false;
            }
            if (result != AVERROR(EAGAIN) || is_drained) {
                fail_damaged(av_error_text(result));
            }
            feed();
        }
    }

    /// libav reports no error for a file that is truncated between two frames.
    void check_complete() const {
        if (num_frames == 0) {
            fail_video(path, "no frame in it");
        }
        if (stream().duration == AV_NOPTS_VALUE || stream().duration <= 0 ||
            input->duration_estimation_method != AVFMT_DURATION_FROM_STREAM) {
            return;
        }
        const std::int64_t begin = stream().start_time == AV_NOPTS_VALUE ? 0 : stream().start_time;
        const double missing_s =
            static_cast<double>(begin + stream().duration - end_time) * av_q2d(stream().time_base);
        const double frame_s = info.fps.num > 0 ? 1.0 / info.fps.value() : 0.1;
        if (missing_s > 0.1 + 2.0 * frame_s) {
            fail_damaged("truncated, " + std::to_string(info.duration_s) + " s expected");
        }
    }

    void prepare_converter() {
        bool is_full_range = frame->color_range == AVCOL_RANGE_JPEG;
        const AVPixelFormat source = modern_format(frame->format, is_full_range);
        converter.reset(
            sws_getContext(frame->width,
                           frame->height,
                           source,
                           frame->width,
                           frame->height,
                           AV_PIX_FMT_RGB24,
                           SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP,
                           nullptr,
                           nullptr,
                           nullptr));
        if (!converter) {
            fail_damaged("its pixel format cannot be converted");
        }
        sws_setColorspaceDetails(converter.get(),
                                 sws_getCoefficients(color_matrix(*frame)),
                                 is_full_range ? 1 : 0,
                                 sws_getCoefficients(SWS_CS_DEFAULT),
                                 1,
                                 0,
                                 1 << 16,
                                 1 << 16);
        format = static_cast<AVPixelFormat>(frame->format);
        av_frame_unref(rgb.get());
        rgb->format = AV_PIX_FMT_RGB24;
        rgb->width = frame->width;
        rgb->height = frame->height;
        // Padded lines: libswscale may write some bytes past the end of a line.
        if (av_frame_get_buffer(rgb.get(), 64) < 0) {
            throw core::Error(core::ErrorKind::Resource, "out of memory for a video frame");
        }
    }

    core::ImageU8 convert() {
        if ((frame->flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame->decode_error_flags != 0) {
            fail_damaged("the decoder found errors in the next frame");
        }
        if (!converter) {
            prepare_converter();
        }
        if (frame->width != rgb->width || frame->height != rgb->height || frame->format != format) {
            fail_damaged("size or pixel format changes");
        }
        const int rows = sws_scale(converter.get(),
                                   frame->data,
                                   frame->linesize,
                                   0,
                                   frame->height,
                                   rgb->data,
                                   rgb->linesize);
        if (rows != rgb->height) {
            fail_damaged("its pixels cannot be converted");
        }
        core::ImageU8 image(rgb->width, rgb->height, 3);
        for (int y = 0; y < image.height; ++y) {
            std::memcpy(image.row(y),
                        rgb->data[0] + static_cast<std::ptrdiff_t>(y) * rgb->linesize[0],
                        static_cast<std::size_t>(image.width) * 3);
        }
        return apply_orientation(std::move(image), orientation);
    }

    /// Moves to the next frame after decode().
    void leave_frame() {
        const std::int64_t begin = frame->best_effort_timestamp;
        if (begin != AV_NOPTS_VALUE) {
            end_time = begin + frame->pkt_duration;
        }
        ++num_frames;
        av_frame_unref(frame.get());
    }
};

VideoReader::VideoReader(const std::string& path) : state_(std::make_unique<State>(path)) {}

VideoReader::~VideoReader() = default;

const VideoInfo& VideoReader::info() const {
    return state_->info;
}

bool VideoReader::read(core::ImageU8& rgb) {
    if (!state_->decode()) {
        return false;
    }
    rgb = state_->convert();
    state_->leave_frame();
    return true;
}

bool VideoReader::skip() {
    if (!state_->decode()) {
        return false;
    }
    state_->leave_frame();
    return true;
}

}  // namespace vasa::media
