// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/stop_token.h"
#include "vasa/motion/controls.h"
#include "vasa/motion/motion_clip.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace vasa::motion {

struct DiffusionDriverOptions {
    std::uint64_t seed = 0;
    int steps = 10;      ///< of the sampler, 1..1000
    std::string style;   ///< a data source; empty = the first one
    bool finish = true;  ///< see finish_motion(); false = as the network says, for measuring
    core::StopToken stop;
    /// Called after each window with the number of frames done.
    std::function<void(int)> progress;

    void check() const;  ///< @throws Error(Usage)
};

/// Speech to motion by the diffusion transformer, window by window.
class DiffusionDriver {
  public:
    /// @param path    motion.safetensors
    /// @param device  "cpu" or "cuda:0"
    /// @throws Error(Model) naming the tensor or key that is missing or does not fit.
    static DiffusionDriver load(const std::string& path, const std::string& device = "cpu");
    ~DiffusionDriver();
    DiffusionDriver(DiffusionDriver&&) noexcept;
    DiffusionDriver& operator=(DiffusionDriver&&) noexcept;

    const std::vector<std::string>& styles() const;
    /// New frames a window makes; window i begins at frame i · window().
    int window() const;

    /// @param speech      [num_frames, 1024] row-major, speech::SpeechFeatures
    /// @param num_frames  at 25 fps
    /// @return            25 fps. Pose relative to the portrait's, beginning at zero; actions
    ///                    absolute. The same seed gives the same motion.
    /// @throws Error(Usage) for an unknown style, Error(Input) if the speech has another length.
    MotionClip drive(const std::vector<float>& speech,
                     int num_frames,
                     const Controls& controls,
                     const DiffusionDriverOptions& options) const;

  private:
    struct Impl;
    explicit DiffusionDriver(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace vasa::motion
