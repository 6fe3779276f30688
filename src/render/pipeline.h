// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/core/progress.h"
#include "vasa/core/stop_token.h"
#include "vasa/media/video_file.h"
#include "vasa/motion/motion_clip.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace vasa::render {

/// One frame on its way through the pipeline.
struct FrameItem {
    std::int64_t index = 0;
    motion::MotionFrame motion;
    core::ImageU8 rgb;
    media::Yuv420Frame yuv;

    std::size_t num_bytes() const;
};

/// A step of the pipeline; `run` sees every item once. One worker receives the items in order, from
/// one thread; several workers receive them concurrently. The next stage gets them in order in both
/// cases.
struct Stage {
    std::string name;
    std::function<void(FrameItem&)> run;
    int num_workers = 1;  ///< 1 for the first and last stage
};

struct PipelineReport {
    std::vector<double> busy_s;  ///< seconds inside each stage's run(), of all workers
    double first_item_s = 0;     ///< until the last stage got the first item
};

/// Sends items 0..num_items-1 through the stages, each with threads of its own, with queues of at
/// most `queue_bytes` (or one item) between them.
///
/// @param progress  called by the last stage's thread after each item
/// @throws Error  the first one that any stage threw; std::bad_alloc as Error(Resource), other
///         exceptions as Error(Internal); Error(Interrupted or Terminated) after a stop request.
///         All threads have ended by then.
PipelineReport run_pipeline(std::int64_t num_items,
                            const std::vector<Stage>& stages,
                            std::size_t queue_bytes,
                            const core::ProgressFn& progress,
                            const core::StopToken& stop);

}  // namespace vasa::render
