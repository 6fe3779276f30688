// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pipeline.h"

#include "vasa/marks/watermark.h"

#include <string>

namespace vasa::render {

/// The key of RenderOptions::watermark_key; the public one if that is empty.
/// @throws Error(Input)
marks::WatermarkKey watermark_key_of(const std::string& path);

/// Puts a clip's watermark into its frames. Threads may share one.
class FrameMark {
  public:
    /// @param job_sha256  RenderResult::job_sha256
    FrameMark(const marks::WatermarkKey& key, const std::string& job_sha256);

    /// Marks the item's `yuv` or `rgb`.
    void draw(FrameItem& item) const;

  private:
    marks::WatermarkEmbedder embedder_;
};

}  // namespace vasa::render
