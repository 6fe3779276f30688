// SPDX-License-Identifier: Apache-2.0
#include "audio_encoder.h"
#include "h264_encoder.h"
#include "libav_util.h"
#include "mp4_muxer.h"

#include "vasa/core/atomic_file.h"
#include "vasa/media/video_file.h"

#include <mutex>

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
    state_->codec = open_h264_encoder(width, height, options);
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
    if (frame.width != width || frame.height != height ||
        frame.data.size() != Yuv420Frame(width, height).data.size()) {
        throw core::Error(core::ErrorKind::Internal,
                          "video frame of " + std::to_string(frame.width) + "x" +
                              std::to_string(frame.height) + ", expected " + std::to_string(width) +
                              "x" + std::to_string(height));
    }
    AVFrame& target = *state_->frame;
    // The encoder may still hold the last frame's memory.
    state_->muxer.check(av_frame_make_writable(&target));
    copy_pixels(frame, target);
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
