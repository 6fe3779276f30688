// SPDX-License-Identifier: Apache-2.0
#include "h264_encoder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

extern "C" {
#include <libavutil/opt.h>
}

namespace vasa::media {
namespace {

/// Between pictures that need no other one, in a stream.
constexpr double kKeyInterval_s = 2.0;

[[noreturn]] void fail_usage(const std::string& message) {
    throw core::Error(core::ErrorKind::Usage, message);
}

/// Copies a packed plane into a frame with padded lines.
void copy_plane(const std::uint8_t* source, int width, int height, AVFrame& frame, int plane) {
    for (int y = 0; y < height; ++y) {
        std::memcpy(frame.data[plane] + static_cast<std::ptrdiff_t>(y) * frame.linesize[plane],
                    source + static_cast<std::ptrdiff_t>(y) * width,
                    static_cast<std::size_t>(width));
    }
}

bool is_x264_preset(const std::string& preset) {
    constexpr std::array<const char*, 10> kPresets = {"ultrafast",
                                                      "superfast",
                                                      "veryfast",
                                                      "faster",
                                                      "fast",
                                                      "medium",
                                                      "slow",
                                                      "slower",
                                                      "veryslow",
                                                      "placebo"};
    return std::find(kPresets.begin(), kPresets.end(), preset) != kPresets.end();
}

const AVCodec* find_encoder(const VideoOptions& options) {
    const AVCodec* encoder = avcodec_find_encoder_by_name(options.codec.c_str());
    if (!encoder || encoder->id != AV_CODEC_ID_H264) {
        std::string known;
        for (const std::string& name : codec_info().h264_encoders) {
            known += (known.empty() ? "" : ", ") + name;
        }
        throw core::Error(core::ErrorKind::Usage,
                          "video codec '" + options.codec + "' is not an available H.264 encoder",
                          "usable here: " + known);
    }
    return encoder;
}

void set_quality(AVCodecContext& codec, const VideoOptions& options) {
    const bool is_x264 = options.codec == "libx264" || options.codec == "libx264rgb";
    if ((is_x264 && !is_x264_preset(options.preset)) ||
        av_opt_set(codec.priv_data, "preset", options.preset.c_str(), 0) == AVERROR(EINVAL)) {
        fail_usage("video preset '" + options.preset + "' is none of encoder " + options.codec);
    }
    // Encoders without a constant rate factor have a constant quality with the same range.
    if (av_opt_set_double(codec.priv_data, "crf", options.crf, 0) < 0 &&
        av_opt_set_double(codec.priv_data, "cq", options.crf, 0) < 0) {
        av_opt_set_int(codec.priv_data, "qp", options.crf, 0);
    }
}

/// No frame waits for a later one, and those who join late soon see a whole picture.
void set_low_delay(AVCodecContext& codec, const VideoOptions& options) {
    codec.max_b_frames = 0;
    codec.gop_size = static_cast<int>(std::lround(kKeyInterval_s * options.fps.value()));
    av_opt_set(codec.priv_data, "tune", "zerolatency", 0);  // libx264
    av_opt_set(codec.priv_data, "zerolatency", "1", 0);     // NVENC
    av_opt_set(codec.priv_data, "delay", "0", 0);
}

}  // namespace

CodecPtr open_h264_encoder(int width,
                           int height,
                           const VideoOptions& options,
                           const StreamCoding* stream) {
    const AVCodec* encoder = find_encoder(options);
    CodecPtr codec(require_memory(avcodec_alloc_context3(encoder)));
    codec->width = width;
    codec->height = height;
    codec->pix_fmt = AV_PIX_FMT_YUV420P;
    codec->time_base = {static_cast<int>(options.fps.den), static_cast<int>(options.fps.num)};
    codec->framerate = {static_cast<int>(options.fps.num), static_cast<int>(options.fps.den)};
    codec->sample_aspect_ratio = {1, 1};
    codec->color_range = AVCOL_RANGE_MPEG;
    codec->color_primaries = AVCOL_PRI_BT709;
    codec->color_trc = AVCOL_TRC_BT709;
    codec->colorspace = AVCOL_SPC_BT709;
    codec->chroma_sample_location = AVCHROMA_LOC_CENTER;  // the mean of 2×2 pixels
    codec->thread_count = options.threads;
    set_quality(*codec, options);
    if (stream == nullptr || stream->has_global_header) {
        codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    }
    if (stream != nullptr) {
        set_low_delay(*codec, options);
    }
    const int result = avcodec_open2(codec.get(), encoder, nullptr);
    if (result < 0) {
        throw core::Error(
            core::ErrorKind::Resource,
            "video encoder " + options.codec + " cannot be started: " + av_error_text(result),
            "use libx264, which needs no device");
    }
    return codec;
}

void copy_pixels(const Yuv420Frame& from, AVFrame& to) {
    const std::uint8_t* const source = from.data.data();
    const std::size_t num_pixels = from.data.size() * 2 / 3;
    copy_plane(source, from.width, from.height, to, 0);
    copy_plane(source + num_pixels, from.width / 2, from.height / 2, to, 1);
    copy_plane(source + num_pixels * 5 / 4, from.width / 2, from.height / 2, to, 2);
}

}  // namespace vasa::media
