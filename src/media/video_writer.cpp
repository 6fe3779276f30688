// SPDX-License-Identifier: Apache-2.0
#include "audio_encoder.h"
#include "libav_util.h"
#include "mp4_muxer.h"

#include "vasa/core/atomic_file.h"
#include "vasa/media/video_file.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>

extern "C" {
#include <libavutil/opt.h>
}

namespace vasa::media {
namespace {

constexpr int kMaxSide = 8192;

[[noreturn]] void fail_usage(const std::string& message) {
    throw core::Error(core::ErrorKind::Usage, message);
}

void check_range(const char* name, int value, int low, int high) {
    if (value < low || value > high) {
        fail_usage(std::string("video option ") + name + " is " + std::to_string(value) +
                   ", expected " + std::to_string(low) + " to " + std::to_string(high));
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

CodecPtr open_encoder(int width, int height, const VideoOptions& options) {
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
    codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    set_quality(*codec, options);
    const int result = avcodec_open2(codec.get(), encoder, nullptr);
    if (result < 0) {
        throw core::Error(
            core::ErrorKind::Resource,
            "video encoder " + options.codec + " cannot be started: " + av_error_text(result),
            "use libx264, which needs no device");
    }
    return codec;
}

/// Copies a packed plane into a frame with padded lines.
void copy_plane(const std::uint8_t* source, int width, int height, AVFrame& frame, int plane) {
    for (int y = 0; y < height; ++y) {
        std::memcpy(frame.data[plane] + static_cast<std::ptrdiff_t>(y) * frame.linesize[plane],
                    source + static_cast<std::ptrdiff_t>(y) * width,
                    static_cast<std::size_t>(width));
    }
}

}  // namespace

void VideoOptions::check() const {
    if (fps.num <= 0 || fps.den <= 0 || fps.num > 1'000'000 || fps.den > 1'000'000 ||
        fps.num > 240 * fps.den) {
        fail_usage("video option fps is " + core::to_string(fps) + ", expected above 0 to 240");
    }
    if (codec.empty()) {
        fail_usage("video option codec is empty, expected the name of an encoder");
    }
    if (preset.empty()) {
        fail_usage("video option preset is empty, expected a preset of the encoder");
    }
    check_range("crf", crf, kMinCrf, kMaxCrf);
    check_range("audio_bitrate", audio_bitrate, 16'000, 512'000);
    check_range("threads", threads, 0, kMaxEncoderThreads);
    for (const auto& [key, value] : metadata) {
        if (key.empty() || key.find('\0') != std::string::npos ||
            value.find('\0') != std::string::npos) {
            fail_usage("video option metadata: expected keys and values without zero bytes");
        }
    }
}

struct VideoWriter::State {
    std::mutex mutex;
    core::AtomicFile file;
    Mp4Muxer muxer;
    CodecPtr codec;
    std::unique_ptr<AudioEncoder> audio;
    int video_stream = 0;
    FramePtr frame = make_frame();
    PacketPtr packet = make_packet();
    std::int64_t num_frames = 0;
    bool is_finished = false;

    std::string xmp;
    std::function<void(const std::string&, const std::string&)> finalise;
    bool overwrite;

    State(const std::string& path, const VideoOptions& options)
        : file(path, options.overwrite),
          muxer(path, file.temporary_path()),
          xmp(options.xmp),
          finalise(options.finalise),
          overwrite(options.overwrite) {}

    void put_in_place() {
        if (!finalise) {
            file.commit();
            return;
        }
        core::AtomicFile finished(file.target(), overwrite);
        finalise(file.temporary_path(), finished.temporary_path());
        finished.commit();
    }

    void prepare_frame() {
        frame->format = codec->pix_fmt;
        frame->width = codec->width;
        frame->height = codec->height;
        if (av_frame_get_buffer(frame.get(), 0) < 0) {
            throw core::Error(core::ErrorKind::Resource, "out of memory for a video frame");
        }
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

    void require_unfinished() const {
        if (is_finished) {
            throw core::Error(core::ErrorKind::Internal,
                              "video '" + file.target() + "': written to after its end");
        }
    }
};

VideoWriter::VideoWriter(const std::string& path,
                         int width,
                         int height,
                         int audio_sample_rate,
                         int audio_channels,
                         const VideoOptions& options) {
    ensure_av_log();
    options.check();
    check_range("width", width, 2, kMaxSide);
    check_range("height", height, 2, kMaxSide);
    if (width % 2 != 0 || height % 2 != 0) {
        fail_usage("video size " + std::to_string(width) + "x" + std::to_string(height) +
                   ", expected even numbers");
    }
    state_ = std::make_unique<State>(path, options);
    state_->codec = open_encoder(width, height, options);
    state_->prepare_frame();
    state_->video_stream = state_->muxer.add_stream(*state_->codec);
    if (audio_sample_rate != 0) {
        state_->audio = std::make_unique<AudioEncoder>(
            state_->muxer, audio_sample_rate, audio_channels, options.audio_bitrate);
    }
    state_->muxer.write_header(options.metadata, state_->audio ? state_->audio->sample_rate() : 0);
}

VideoWriter::~VideoWriter() = default;

void VideoWriter::write_frame(const Yuv420Frame& frame) {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    state_->require_unfinished();
    const int width = state_->codec->width;
    const int height = state_->codec->height;
    const std::size_t num_pixels =
        static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    if (frame.width != width || frame.height != height || frame.data.size() != num_pixels * 3 / 2) {
        throw core::Error(core::ErrorKind::Internal,
                          "video frame of " + std::to_string(frame.width) + "x" +
                              std::to_string(frame.height) + ", expected " + std::to_string(width) +
                              "x" + std::to_string(height));
    }
    AVFrame& target = *state_->frame;
    // The encoder may still hold the last frame's memory.
    state_->muxer.check(av_frame_make_writable(&target));
    const std::uint8_t* source = frame.data.data();
    copy_plane(source, width, height, target, 0);
    copy_plane(source + num_pixels, width / 2, height / 2, target, 1);
    copy_plane(source + num_pixels * 5 / 4, width / 2, height / 2, target, 2);
    target.pts = state_->num_frames++;
    state_->encode(&target);
}

void VideoWriter::write_audio(const float* samples, std::int64_t num_frames) {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    state_->require_unfinished();
    if (!state_->audio || num_frames < 0) {
        throw core::Error(core::ErrorKind::Internal,
                          "video '" + state_->file.target() + "': sound without a sound stream");
    }
    state_->audio->write(samples, num_frames);
}

void VideoWriter::finish() {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    state_->require_unfinished();
    if (state_->num_frames == 0) {
        throw core::Error(core::ErrorKind::Internal,
                          "video '" + state_->file.target() + "': ends without a frame");
    }
    state_->is_finished = true;
    state_->encode(nullptr);
    if (state_->audio) {
        state_->audio->finish();
    }
    state_->muxer.finish(state_->xmp);
    state_->put_in_place();
}

}  // namespace vasa::media
