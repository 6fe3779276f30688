// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/render/live_session.h"

#include <array>
#include <cstdint>
#include <mutex>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace vasa::app {

/// Durations, counted by the millisecond: needs the same memory however many there are.
class DurationCounts {
  public:
    void add(double duration_s);
    std::int64_t num() const { return num_; }
    /// @param share  0..1; 0.5 is the median. 0 if there are none.
    double percentile_s(double share) const;

  private:
    static constexpr std::size_t kNumBins = 20'000;  ///< longer ones count as 20 s
    std::array<std::uint32_t, kNumBins> counts_{};
    std::int64_t num_ = 0;
};

/// What happens in a live stream, as JSON lines on standard error: one object a line, with "event"
/// and "t_s", the time since the command began. Nothing is written unless switched on. Any thread
/// may call.
class LiveEvents {
  public:
    /// @param is_on  write them
    explicit LiveEvents(bool is_on) : is_on_(is_on), start_s_(render::live_now_s()) {}

    double now_s() const { return render::live_now_s() - start_s_; }
    /// @param event  an object, with its "event". @return the line, with "t_s", without its end
    std::string write(nlohmann::json event) const;

  private:
    const bool is_on_;
    const double start_s_;
    mutable std::mutex mutex_;
};

}  // namespace vasa::app
