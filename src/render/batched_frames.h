// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pipeline.h"

#include "vasa/decode/batch_decoder.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace vasa::render {

/// Decodes a clip's frames: some at once on a GPU, one after the other in several threads on the
/// CPU.
struct FrameBatchDecoder {
    using Frames = std::vector<std::vector<std::uint8_t>>;

    std::string name;  ///< of the network's file in the model folder; empty = geometry alone
    /// As BatchDecoder::decode().
    std::function<void(const std::vector<decode::FaceState>&, decode::PixelLayout, Frames&)> decode;
    int batch_size = 1;   ///< 1 on the CPU
    int num_threads = 1;  ///< that may call decode() at the same time
};

/// Decodes one frame into the item's `yuv` or `rgb`. Threads may do so at the same time.
/// @throws Error(Resource)  as BatchDecoder::decode()
void decode_frame(const FrameBatchDecoder& decoder, bool is_yuv, FrameItem& item);

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
