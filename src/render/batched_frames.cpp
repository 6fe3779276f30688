// SPDX-License-Identifier: Apache-2.0
#include "batched_frames.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <utility>

namespace vasa::render {
namespace {

constexpr std::int64_t kFirstBatch = 4;

void put_frame(std::vector<std::uint8_t>&& frame, bool is_yuv, FrameItem& item) {
    constexpr int kSize = head::kFrameSize_px;
    if (is_yuv) {
        item.yuv.width = item.yuv.height = kSize;
        item.yuv.data = std::move(frame);
    } else {
        item.rgb.width = item.rgb.height = kSize;
        item.rgb.channels = 3;
        item.rgb.data = std::move(frame);
    }
}

decode::PixelLayout layout_of(bool is_yuv) {
    return is_yuv ? decode::PixelLayout::Yuv420 : decode::PixelLayout::Rgb;
}

}  // namespace

void decode_frame(const FrameBatchDecoder& decoder, bool is_yuv, FrameItem& item) {
    FrameBatchDecoder::Frames frames;
    decoder.decode(
        {{item.motion.pose, item.motion.actions, item.motion.tongue}}, layout_of(is_yuv), frames);
    put_frame(std::move(frames.front()), is_yuv, item);
}

BatchedFrames::BatchedFrames(FrameBatchDecoder decoder,
                             bool is_yuv,
                             std::int64_t num_frames,
                             MotionOf motion_of)
    : decoder_(std::move(decoder)),
      is_yuv_(is_yuv),
      num_frames_(num_frames),
      motion_of_(std::move(motion_of)) {}

void BatchedFrames::decode_from(std::int64_t first) {
    // The first batches are small, so that the clip starts before much of its motion is made.
    const std::int64_t size =
        std::min<std::int64_t>(decoder_.batch_size, std::max(kFirstBatch, first));
    const std::int64_t end = std::min(first + size, num_frames_);
    std::vector<decode::FaceState> states;
    for (std::int64_t i = first; i < end; ++i) {
        const motion::MotionFrame frame = motion_of_(i);
        states.push_back({frame.pose, frame.actions, frame.tongue});
    }
    decoder_.decode(states, layout_of(is_yuv_), frames_);
    first_ = first;
}

void BatchedFrames::fill(FrameItem& item) {
    if (item.index == first_ + static_cast<std::int64_t>(frames_.size())) {
        decode_from(item.index);
    }
    const std::int64_t place = item.index - first_;
    if (place < 0 || place >= static_cast<std::int64_t>(frames_.size())) {
        throw core::Error(core::ErrorKind::Internal,
                          "frame " + std::to_string(item.index) + " out of order");
    }
    put_frame(std::move(frames_[static_cast<std::size_t>(place)]), is_yuv_, item);
}

}  // namespace vasa::render
