// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/eval/clip_scores.h"
#include "vasa/media/video_file.h"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace vasa::eval {

/// Frames of a video or of a folder of PNG files, one after another.
class FrameSource {
  public:
    /// @throws Error(Input) if there are none.
    explicit FrameSource(const ClipInput& input);

    /// The next frame; false after the last. @throws Error(Input) for frames of different sizes.
    bool read(core::ImageU8& rgb);
    /// Skips the next frame; false after the last.
    bool skip();

    core::Rational fps() const { return fps_; }
    bool has_sound() const { return video_ != nullptr && !video_->info().audio_codec.empty(); }
    int num_expected() const { return num_expected_; }  ///< number of frames, if known

  private:
    std::unique_ptr<media::VideoReader> video_;
    std::vector<std::string> files_;
    std::size_t next_ = 0;
    core::Rational fps_;
    int num_expected_ = 0;
    int width_ = 0, height_ = 0;
};

}  // namespace vasa::eval
