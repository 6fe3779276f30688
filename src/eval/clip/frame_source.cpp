// SPDX-License-Identifier: Apache-2.0
#include "clip/frame_source.h"

#include "vasa/core/error.h"
#include "vasa/core/extension.h"
#include "vasa/media/image_file.h"

#include <algorithm>
#include <filesystem>

namespace vasa::eval {

using core::Error;
using core::ErrorKind;

FrameSource::FrameSource(const ClipInput& input) {
    if (!input.clip.empty()) {
        video_ = std::make_unique<media::VideoReader>(input.clip);
        fps_ = video_->info().fps;
        num_expected_ = static_cast<int>(video_->info().num_frames);
        return;
    }
    fps_ = input.fps;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(input.frames_dir, error)) {
        if (core::extension_of(entry.path().string()) == ".png") {
            files_.push_back(entry.path().string());
        }
    }
    if (error) {
        throw Error(ErrorKind::Input,
                    "cannot read folder '" + input.frames_dir + "': " + error.message());
    }
    if (files_.empty()) {
        throw Error(ErrorKind::Input, "no PNG frames in '" + input.frames_dir + "'");
    }
    std::sort(files_.begin(), files_.end());
    num_expected_ = static_cast<int>(files_.size());
}

bool FrameSource::read(core::ImageU8& rgb) {
    if (video_ != nullptr) {
        return video_->read(rgb);
    }
    if (next_ == files_.size()) {
        return false;
    }
    const std::string& file = files_[next_++];
    rgb = media::load_image(file);
    if (width_ == 0) {
        width_ = rgb.width;
        height_ = rgb.height;
    } else if (rgb.width != width_ || rgb.height != height_) {
        throw Error(ErrorKind::Input,
                    "frame '" + file + "' is " + std::to_string(rgb.width) + "x" +
                        std::to_string(rgb.height) + " pixels, expected " + std::to_string(width_) +
                        "x" + std::to_string(height_) + " as the frames before");
    }
    return true;
}

bool FrameSource::skip() {
    if (video_ != nullptr) {
        return video_->skip();
    }
    if (next_ == files_.size()) {
        return false;
    }
    ++next_;
    return true;
}

}  // namespace vasa::eval
