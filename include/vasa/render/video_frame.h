// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

namespace vasa::render {

/// A finished frame, as passed to a FrameFn. Valid during the call.
struct VideoFrame {
    std::int64_t index = 0;  ///< from 0
    double time_s = 0;       ///< when it is shown: index / fps
    int width_px = 0;
    int height_px = 0;
    /// [height, width, 3] RGB, full range, rows from top to bottom without padding.
    const std::uint8_t* rgb = nullptr;
};

/// Receives a clip's frames in order, one at a time, from a thread of the render, which waits for
/// it. A return value of false stops the render, which then throws Error(Interrupted).
using FrameFn = std::function<bool(const VideoFrame&)>;

}  // namespace vasa::render
