// SPDX-License-Identifier: Apache-2.0
#include "picture_decoder.h"

#include "orientation.h"
#include "timeline.h"

#include "vasa/core/log.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

namespace vasa::media {
namespace {

/// Pixels more oblong than this are a mistake in the file: anamorphic video has up to 2.4.
constexpr double kMostOblong = 4.0;

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

void fail_video(const std::string& path, const std::string& cause) {
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

void displayed_size(const AVRational& aspect, int& width, int& height) {
    if (aspect.num <= 0 || aspect.den <= 0) {
        return;
    }
    const double ratio = av_q2d(aspect);
    if (ratio > kMostOblong || ratio < 1.0 / kMostOblong) {
        return;
    }
    if (ratio > 1.0) {
        width = static_cast<int>(std::lround(width * ratio));
    } else {
        height = static_cast<int>(std::lround(height / ratio));
    }
}

PictureDecoder::PictureDecoder(const std::string& path)
    : path_(path), input_(open_media(path, "video")), clock_(*input_) {
    const AVCodec* decoder = nullptr;
    sound_index_ = av_find_best_stream(input_.get(), AVMEDIA_TYPE_AUDIO, -1, -1, nullptr, 0);
    stream_index_ = find_stream(*input_, AVMEDIA_TYPE_VIDEO, decoder);
    if (stream_index_ < 0) {
        fail_video(path_, "no video in it that can be decoded");
    }
    if (sound_index_ >= 0) {
        input_->streams[sound_index_]->discard = AVDISCARD_DEFAULT;
    }
    orientation_ = stream_orientation(stream());
    try {
        codec_ = open_decoder(stream(), decoder, 0);
    } catch (const core::Error& error) {
        fail_video(path_, error.what());
    }
}

void PictureDecoder::fail_damaged(const std::string& cause) const {
    fail_video(path_, "damaged after frame " + std::to_string(num_pictures_) + ": " + cause);
}

/// Streams cut out of a broadcast begin between key pictures, end in the middle of one, and lose
/// some on the way: time stamps keep the rest in place.
void PictureDecoder::take_damage(const std::string& cause) {
    if (!is_cuttable(*input_)) {
        fail_damaged(cause);
    }
    is_after_damage_ = num_pictures_ > 0;
    num_damaged_ += is_after_damage_ ? 1 : 0;
}

void PictureDecoder::check_damaged_share() const {
    if (is_mostly_damaged(num_damaged_, num_pictures_)) {
        fail_video(path_,
                   "damaged: " + std::to_string(num_damaged_) + " pictures cannot be decoded, " +
                       std::to_string(num_pictures_) + " can");
    }
    if (num_damaged_ > 0) {
        core::log_warning("video '" + path_ + "': skipped " + std::to_string(num_damaged_) +
                          " pictures, which cannot be decoded");
    }
}

/// Gives the decoder the next packet of the stream, or the end.
void PictureDecoder::feed() {
    for (;;) {
        const int result = av_read_frame(input_.get(), packet_.get());
        if (result == AVERROR_EOF) {
            is_drained_ = true;
            avcodec_send_packet(codec_.get(), nullptr);
            return;
        }
        if (result < 0) {
            fail_damaged(av_error_text(result));
        }
        clock_.adjust(*packet_);
        if (packet_->stream_index == stream_index_) {
            break;
        }
        av_packet_unref(packet_.get());
    }
    const bool is_cut = (packet_->flags & AV_PKT_FLAG_CORRUPT) != 0;
    const int result = avcodec_send_packet(codec_.get(), packet_.get());
    av_packet_unref(packet_.get());
    if (is_cut || result < 0) {
        take_damage(is_cut ? "truncated" : av_error_text(result));
    }
}

/// @return false after the last picture
bool PictureDecoder::receive(AVFrame& frame) {
    for (;;) {
        const int result = avcodec_receive_frame(codec_.get(), &frame);
        if (result == 0) {
            return true;
        }
        if (result == AVERROR_EOF) {
            return false;
        }
        if (result != AVERROR(EAGAIN)) {
            take_damage(av_error_text(result));
        }
        if (!is_drained_) {
            feed();
        } else if (result == AVERROR(EAGAIN)) {
            fail_damaged(av_error_text(result));
        }
    }
}

bool PictureDecoder::next(Picture& picture) {
    if (!picture.frame) {
        picture.frame = make_frame();
    }
    AVFrame& frame = *picture.frame;
    for (;;) {
        av_frame_unref(&frame);
        if (!receive(frame)) {
            check_complete();
            check_damaged_share();
            return false;
        }
        if ((frame.flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame.decode_error_flags != 0) {
            take_damage("the decoder found errors in the next frame");
            continue;
        }
        const std::int64_t begin = frame.best_effort_timestamp;
        picture.time_s = begin == AV_NOPTS_VALUE
                             ? std::numeric_limits<double>::quiet_NaN()
                             : static_cast<double>(begin) * av_q2d(stream().time_base);
        if (is_after_damage_ && begin != AV_NOPTS_VALUE) {
            // Pictures of which nothing arrived.
            num_damaged_ += static_cast<std::int64_t>(
                std::max(0.0,
                         static_cast<double>(begin - end_time_) * av_q2d(stream().time_base) *
                             av_q2d(stream().avg_frame_rate)));
        }
        is_after_damage_ = false;
        if (begin != AV_NOPTS_VALUE) {
            end_time_ = begin + frame.pkt_duration;
        }
        ++num_pictures_;
        return true;
    }
}

/// libav reports no error for a file that is truncated between two frames.
void PictureDecoder::check_complete() const {
    if (num_pictures_ == 0) {
        fail_video(path_, "no frame in it");
    }
    if (stream().duration == AV_NOPTS_VALUE || stream().duration <= 0 ||
        input_->duration_estimation_method != AVFMT_DURATION_FROM_STREAM) {
        return;
    }
    const double tick_s = av_q2d(stream().time_base);
    const std::int64_t begin = stream().start_time == AV_NOPTS_VALUE ? 0 : stream().start_time;
    const double missing_s = static_cast<double>(begin + stream().duration - end_time_) * tick_s;
    const double rate_hz = av_q2d(stream().avg_frame_rate);
    const double frame_s = rate_hz > 0 ? 1.0 / rate_hz : 0.1;
    if (missing_s > 0.1 + 2.0 * frame_s) {
        fail_damaged("truncated, " +
                     std::to_string(static_cast<double>(stream().duration) * tick_s) +
                     " s expected");
    }
}

void PictureDecoder::prepare_converter(const AVFrame& frame) {
    bool is_full_range = frame.color_range == AVCOL_RANGE_JPEG;
    const AVPixelFormat source = modern_format(frame.format, is_full_range);
    int width = frame.width;
    int height = frame.height;
    AVFrame guessed = frame;
    displayed_size(
        av_guess_sample_aspect_ratio(input_.get(), input_->streams[stream_index_], &guessed),
        width,
        height);
    converter_.reset(
        sws_getContext(frame.width,
                       frame.height,
                       source,
                       width,
                       height,
                       AV_PIX_FMT_RGB24,
                       SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP,
                       nullptr,
                       nullptr,
                       nullptr));
    if (!converter_) {
        fail_damaged("its pixel format cannot be converted");
    }
    sws_setColorspaceDetails(converter_.get(),
                             sws_getCoefficients(color_matrix(frame)),
                             is_full_range ? 1 : 0,
                             sws_getCoefficients(SWS_CS_DEFAULT),
                             1,
                             0,
                             1 << 16,
                             1 << 16);
    source_width_ = frame.width;
    source_height_ = frame.height;
    source_format_ = frame.format;
    av_frame_unref(rgb_.get());
    rgb_->format = AV_PIX_FMT_RGB24;
    rgb_->width = width;
    rgb_->height = height;
    // Padded lines: libswscale may write some bytes past the end of a line.
    if (av_frame_get_buffer(rgb_.get(), 64) < 0) {
        throw core::Error(core::ErrorKind::Resource, "out of memory for a video frame");
    }
}

core::ImageU8 PictureDecoder::convert(const Picture& picture) {
    const AVFrame& frame = *picture.frame;
    if (!converter_) {
        prepare_converter(frame);
    }
    if (frame.width != source_width_ || frame.height != source_height_ ||
        frame.format != source_format_) {
        fail_damaged("size or pixel format changes");
    }
    const int rows = sws_scale(
        converter_.get(), frame.data, frame.linesize, 0, frame.height, rgb_->data, rgb_->linesize);
    if (rows != rgb_->height) {
        fail_damaged("its pixels cannot be converted");
    }
    core::ImageU8 image(rgb_->width, rgb_->height, 3);
    for (int y = 0; y < image.height; ++y) {
        std::memcpy(image.row(y),
                    rgb_->data[0] + static_cast<std::ptrdiff_t>(y) * rgb_->linesize[0],
                    static_cast<std::size_t>(image.width) * 3);
    }
    return apply_orientation(std::move(image), orientation_);
}

}  // namespace vasa::media
