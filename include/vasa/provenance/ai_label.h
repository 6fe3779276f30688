// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/media/video_file.h"

#include <vector>

namespace vasa::provenance {

/// A badge for people, "AI GENERATED" on a dark plate, in the lower right corner. Lines are drawn
/// from an own alphabet. Threads may share one.
class AiLabel {
  public:
    /// @param width, height  of the frames, even
    AiLabel(int width, int height);

    /// Draws into a frame of that size: RGB of full range, or luma and chroma of limited range.
    void draw(core::ImageU8& rgb) const;
    void draw(media::Yuv420Frame& yuv) const;

    /// Place of the badge: even numbers.
    int left() const { return left_; }
    int top() const { return top_; }
    int width() const { return width_; }
    int height() const { return height_; }

  private:
    int left_ = 0, top_ = 0, width_ = 0, height_ = 0;
    /// Of each pixel of the badge, row by row: how much of the frame stays, and the grey that is
    /// added to it, 0..1.
    std::vector<float> kept_, added_;
};

}  // namespace vasa::provenance
