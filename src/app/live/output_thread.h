// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "live/frame_writer.h"

#include "vasa/core/error.h"
#include "vasa/core/stop_token.h"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace vasa::app {

/// What happens when the reader of a live stream is slower than the stream.
enum class WhenSlow {
    Drop,  ///< the newest frame takes the place of one that waits; its sound is kept
    Wait,  ///< the stream waits for the reader
};

/// What an OutputThread did so far.
struct OutputCounts {
    std::int64_t num_written = 0;
    std::int64_t num_dropped = 0;  ///< replaced by newer ones before they could be written
    double waited_s = 0;           ///< by the stream for the reader, with WhenSlow::Wait
    double lost_sound_s = 0;       ///< of a reader that took nothing for long
};

/// Writes frames in a thread of its own, so that a slow reader does not hold up the stream's clock.
class OutputThread {
  public:
    /// Called after each written frame, by the thread.
    using Written = std::function<void(const render::LiveFrame& frame)>;

    /// @param sound_rate  samples of a frame's sound per second, of all channels
    OutputThread(std::unique_ptr<FrameWriter> writer,
                 WhenSlow when_slow,
                 double sound_rate,
                 Written written,
                 core::StopToken stop);
    ~OutputThread();
    OutputThread(const OutputThread&) = delete;
    OutputThread& operator=(const OutputThread&) = delete;

    /// Hands over a frame. @return false if the reader has closed its end, or a stop was requested
    /// @throws Error  of the writer
    bool offer(render::LiveFrame frame);
    /// Writes what waits and completes the stream. @throws Error of the writer
    void finish();

    OutputCounts counts() const;
    bool is_closed() const;

  private:
    using Lock = std::unique_lock<std::mutex>;

    void run();
    bool write_next();
    void replace(render::LiveFrame frame);
    void note(WriteEnd end);

    const std::unique_ptr<FrameWriter> writer_;
    const WhenSlow when_slow_;
    const std::size_t most_sound_;  ///< samples that may wait
    const double sound_rate_;
    const Written written_;
    const core::StopToken stop_;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<render::LiveFrame> waiting_;
    std::size_t num_lost_ = 0;  ///< samples before the sound of `waiting_`
    OutputCounts counts_;
    bool is_finishing_ = false, is_closed_ = false, is_done_ = false;
    std::optional<core::Error> error_;
    std::thread thread_;
};

}  // namespace vasa::app
