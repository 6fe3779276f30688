// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pipeline.h"

#include "vasa/decode/batch_decoder.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace vasa::render {

/// Decodes several frames at once, on a GPU.
struct FrameBatchDecoder {
    using Frames = std::vector<std::vector<std::uint8_t>>;

    /// As BatchDecoder::decode(); empty if frames are decoded one by one on the CPU.
    std::function<void(const std::vector<decode::FaceState>&, decode::PixelLayout, Frames&)> decode;
    int batch_size = 1;
    bool is_doubted = false;  ///< there is a GPU, but it must not be used
};

/// A clip's frames, made in batches (small ones at first) and taken one by one, in order.
class BatchedFrames {
  public:
    using MotionOf = std::function<motion::MotionFrame(std::int64_t)>;

    /// @param motion_of  gives the motion of any frame
    BatchedFrames(FrameBatchDecoder decoder,
                  bool is_yuv,
                  std::int64_t num_frames,
                  MotionOf motion_of);

    /// Fills the next item's `yuv` or `rgb`.
    /// @throws Error(Resource)  as BatchDecoder::decode()
    void fill(FrameItem& item);

  private:
    void decode_from(std::int64_t first);

    FrameBatchDecoder decoder_;
    bool is_yuv_;
    std::int64_t num_frames_;
    MotionOf motion_of_;
    std::int64_t first_ = 0;
    FrameBatchDecoder::Frames frames_;  ///< starting at first_
};

}  // namespace vasa::render
