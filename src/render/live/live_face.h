// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clip_marks.h"
#include "frame_painting.h"
#include "networks.h"

#include "vasa/face/covered_parts.h"
#include "vasa/motion/motion_clip.h"
#include "vasa/render/render_options.h"
#include "vasa/render/render_result.h"

#include <cstdint>
#include <map>
#include <string>

namespace vasa::render {

/// A portrait that is ready for a live stream: its decoder and its marks.
class LiveFace {
  public:
    /// @param options  of the stream
    /// @param portrait_sha256  of its file
    /// @param cache    the network's, which the streams's faces share
    /// @throws Error as load_frame_decoder() and ClipMarks
    LiveFace(const SharedModels& shared,
             const RenderOptions& options,
             FaceCache::Code code,
             const std::string& portrait_sha256,
             NetworkCache& cache);
    LiveFace(const LiveFace&) = delete;
    LiveFace& operator=(const LiveFace&) = delete;

    /// Draws a frame with its marks into the item's `yuv` or `rgb`.
    /// @param motion  of the driver
    /// @param index   frames since the portrait first appeared, see put_on_portrait()
    void draw(const motion::MotionFrame& motion,
              std::int64_t index,
              bool is_yuv,
              FrameItem& item) const;

    std::uint64_t seed() const { return facts_.seed; }
    /// Empty without marks.
    std::map<std::string, std::string> tags() const;

  private:
    const RenderOptions options_;
    const FaceCache::Code code_;
    const face::CoveredParts covered_;
    RenderResult facts_;
    FrameBatchDecoder decoder_;
    ClipMarks marks_;
};

}  // namespace vasa::render
