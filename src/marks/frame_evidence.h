// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"

#include <cstdint>

namespace vasa::marks {

/// Constants of what a detector gathers of each frame; found on renders after CRF 32.
struct EvidenceParams {
    float detail_sigma_px = 4;     ///< coarser structures are taken out
    float deviation_sigma_px = 6;  ///< reach of the local standard deviation
    /// Added to the local variance: noise of encoders in flat areas.
    float noise_variance = 9;
    float limit = 2;  ///< of a residual in local standard deviations: edges count no more
};

/// The mean of what may be a watermark in a clip's frames: the luma's detail, weakened where the
/// picture itself has much detail. What moves averages out.
class FrameEvidence {
  public:
    explicit FrameEvidence(const EvidenceParams& params = {}) : params_(params) {}

    /// @throws Error(Internal) for a frame of another size than the first, or no RGB
    void add(const core::ImageU8& rgb);

    std::int64_t num_frames() const { return num_frames_; }
    /// Pixels of the frames in a pixel of the evidence, along each axis: large frames are reduced.
    int reduction() const { return reduction_; }
    /// One channel. Empty without frames.
    core::ImageF mean() const;

  private:
    EvidenceParams params_;
    core::ImageF sum_;
    int width_ = 0, height_ = 0;  ///< of the frames
    int reduction_ = 1;
    std::int64_t num_frames_ = 0;
};

}  // namespace vasa::marks
