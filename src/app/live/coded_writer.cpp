// SPDX-License-Identifier: Apache-2.0
#include "live/frame_writer.h"

#include "vasa/head/face_code.h"
#include "vasa/media/video_stream.h"

#include <cstdint>
#include <optional>
#include <utility>

namespace vasa::app {
namespace {

media::StreamFormat container_of(LiveFormat format) {
    return format == LiveFormat::Mp4   ? media::StreamFormat::Mp4
           : format == LiveFormat::Flv ? media::StreamFormat::Flv
                                       : media::StreamFormat::MpegTs;
}

class CodedWriter : public FrameWriter {
  public:
    CodedWriter(const LiveTarget& target, media::StreamOptions options, core::StopToken stop)
        : channels_(options.channels), name_(target.name), stop_(std::move(stop)) {
        options.format = container_of(target.format);
        options.target = target.name;
        options.is_stopped = [token = stop_] { return token.stop_requested(); };
        if (!target.is_url()) {
            fd_ = open_target(target, stop_);
            options.write = [this](const std::uint8_t* bytes, std::size_t num_bytes) {
                end_ = write_all(fd_.get(), bytes, num_bytes, name_, stop_);
                return end_ == WriteEnd::Done;
            };
        }
        stream_.emplace(head::kFrameSize_px, head::kFrameSize_px, options);
    }

    WriteEnd write(const render::LiveFrame& frame) override {
        if (!frame.is_skipped) {
            stream_->write_frame(frame.yuv, frame.index);
        }
        stream_->write_sound(frame.sound.data(),
                             static_cast<std::int64_t>(frame.sound.size()) / channels_);
        return end_;
    }

    void skip_sound(std::int64_t num_samples) override {
        stream_->skip_sound(num_samples / channels_);
    }

    WriteEnd finish() override {
        stream_->finish();
        return end_;
    }

  private:
    const int channels_;
    const std::string name_;
    const core::StopToken stop_;
    OwnedFd fd_;
    WriteEnd end_ = WriteEnd::Done;
    std::optional<media::VideoStream> stream_;
};

}  // namespace

std::unique_ptr<FrameWriter> make_coded_writer(const LiveTarget& target,
                                               const media::StreamOptions& options,
                                               const core::StopToken& stop) {
    return std::make_unique<CodedWriter>(target, options, stop);
}

}  // namespace vasa::app
