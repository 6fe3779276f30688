// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "libav_util.h"

#include <vector>

namespace vasa::media {

/// Converts decoded frames to interleaved f32 of the first frame's rate and channels. Files joined
/// byte by byte may change both on the way.
class SoundConverter {
  public:
    /// Appends a frame. @return false if it cannot be converted
    bool convert(const AVFrame& frame, std::vector<float>& samples);
    /// Appends what the converter still holds after a change of rate.
    bool flush(std::vector<float>& samples);

    int sample_rate() const { return sample_rate_; }  ///< 0 before the first frame
    int channels() const { return channels_; }

  private:
    bool open(const AVFrame& frame);
    bool run(const AVFrame* frame, std::vector<float>& samples);

    SwrPtr converter_;
    int sample_rate_ = 0, channels_ = 0;
    int source_rate_ = 0, source_channels_ = 0, source_format_ = -1;
};

}  // namespace vasa::media
