// SPDX-License-Identifier: Apache-2.0
#include "frame_sink.h"

#include "vasa/head/face_code.h"

#include <algorithm>

namespace vasa::render {
namespace {

class VideoSink : public FrameSink {
  public:
    VideoSink(const std::string& path,
              const media::AudioClip& sound,
              const media::VideoOptions& options)
        : sound_(sound),
          fps_(options.fps),
          writer_(path,
                  head::kFrameSize_px,
                  head::kFrameSize_px,
                  sound.samples.empty() ? 0 : sound.sample_rate,
                  sound.samples.empty() ? 0 : sound.channels,
                  options) {}

    bool wants_yuv() const override { return true; }

    void write(const FrameItem& item) override {
        writer_.write_frame(item.yuv);
        // Write sound up to the end of this frame, so that neither stream waits long for the other.
        write_sound((item.index + 1) * fps_.den * sound_.sample_rate / fps_.num);
    }

    void finish() override {
        write_sound(sound_.num_frames());
        writer_.finish();
    }

  private:
    void write_sound(std::int64_t end) {
        end = std::min(end, sound_.num_frames());
        if (end > num_written_) {
            writer_.write_audio(sound_.samples.data() + num_written_ * sound_.channels,
                                end - num_written_);
            num_written_ = end;
        }
    }

    const media::AudioClip& sound_;
    const core::Rational fps_;
    media::VideoWriter writer_;
    std::int64_t num_written_ = 0;
};

}  // namespace

std::unique_ptr<FrameSink> make_video_sink(const std::string& path,
                                           const media::AudioClip& sound,
                                           const media::VideoOptions& options) {
    return std::make_unique<VideoSink>(path, sound, options);
}

}  // namespace vasa::render
