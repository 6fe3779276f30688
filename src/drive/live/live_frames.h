// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/motion/motion_clip.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace vasa::drive {

/// Networks of live motion.
class LiveNetworks {
  public:
    /// @throws Error(Model), Error(Resource), as LiveModels::load()
    static std::shared_ptr<const LiveNetworks> load(const std::string& model_dir,
                                                    const std::string& device);
    ~LiveNetworks();

  private:
    friend class LiveFrames;
    struct Impl;
    explicit LiveNetworks(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// Frames of motion at motion::kMotionRate_hz from speech that arrives: features, samples of the
/// motion network, finish. Gaze, distance, amplitudes and emotions are not applied.
class LiveFrames {
  public:
    /// @throws Error(Usage) for an unknown style
    LiveFrames(std::shared_ptr<const LiveNetworks> networks,
               std::uint64_t seed,
               const std::string& style);
    ~LiveFrames();
    LiveFrames(LiveFrames&&) noexcept;
    LiveFrames& operator=(LiveFrames&&) noexcept;

    /// Takes speech and returns the frames that it completes, a hop at a time.
    std::vector<motion::MotionFrame> push(const float* samples,
                                          std::size_t count,
                                          float blink_rate_per_min);

    /// Speech after a frame's moment that completes it, at most.
    double lookahead_s() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace vasa::drive
