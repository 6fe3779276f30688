// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/stop_token.h"
#include "vasa/motion/controls.h"
#include "vasa/motion/motion_clip.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace vasa::drive {

struct DiffusionDriverOptions {
    std::uint64_t seed = 0;
    int steps = 10;      ///< of the sampler, 1..1000
    std::string style;   ///< a data source; empty = the first one
    bool finish = true;  ///< complete blinks, expressions, amplitudes; false = raw network output
    core::StopToken stop;

    void check() const;  ///< @throws Error(Usage)
};

/// A clip's motion while it is being made. Its driver must outlive it.
class DiffusionStream {
  public:
    ~DiffusionStream();
    DiffusionStream(DiffusionStream&&) noexcept;
    DiffusionStream& operator=(DiffusionStream&&) noexcept;

    bool is_done() const;
    /// Number of speech frames that next() uses.
    int frames_heard() const;
    /// Makes the next window of motion and returns the frames that it finishes. They lag behind the
    /// speech by up to 2.4 s, so there may be none.
    /// @param speech  [num_frames, speech width] row-major; from frames_heard() on it may hold
    ///                anything
    /// @throws Error(Input) if it has another length
    std::vector<motion::MotionFrame> next(const std::vector<float>& speech);
    /// Metadata of the clip about its origin.
    const std::map<std::string, std::string>& metadata() const;

  private:
    friend class DiffusionDriver;
    struct Impl;
    explicit DiffusionStream(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// Makes motion from speech with the diffusion transformer, window by window.
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
    /// Identifies the speech features it uses, see speech::SpeechEncoder::features().
    const std::string& speech_features() const;
    /// New frames per window; window i begins at frame i · window().
    int window() const;

    /// Begins a clip. Pose relative to the portrait's, beginning at zero; actions absolute; 25 fps.
    /// The same seed gives the same motion.
    /// @throws Error(Usage) for an unknown style
    DiffusionStream start(int num_frames,
                          const motion::Controls& controls,
                          const DiffusionDriverOptions& options) const;

    /// Makes the whole clip that start() begins.
    /// @param speech      [num_frames, 1024] row-major, speech::SpeechFeatures
    /// @param num_frames  at 25 fps
    /// @throws Error(Usage) for an unknown style, Error(Input) if the speech has another length.
    motion::MotionClip drive(const std::vector<float>& speech,
                             int num_frames,
                             const motion::Controls& controls,
                             const DiffusionDriverOptions& options) const;

  private:
    friend class DiffusionStream;
    struct Impl;
    explicit DiffusionDriver(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace vasa::drive
