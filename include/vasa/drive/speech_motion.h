// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/rational.h"
#include "vasa/core/stop_token.h"
#include "vasa/drive/speech_motion_options.h"
#include "vasa/motion/motion_clip.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace vasa::drive {

/// Seed of the random numbers of a clip, from the user's seed and SpeechMotionOptions::performance.
/// A network whose noise is the seed's alone moves every head alike where the speech leaves a
/// choice; the same on every machine.
/// @return  `seed` itself for an empty performance
std::uint64_t performance_seed(std::uint64_t seed, const std::string& performance);

/// A clip's motion while it is being made. Its driver must outlive it and must make nothing else
/// until it is done.
class SpeechMotion {
  public:
    ~SpeechMotion();
    SpeechMotion(SpeechMotion&&) noexcept;
    SpeechMotion& operator=(SpeechMotion&&) noexcept;

    /// The next frames, at the requested rate; none after the last.
    /// @throws Error as SpeechDriver::start()
    std::vector<motion::MotionFrame> next();
    /// Metadata of the clip about its origin.
    const std::map<std::string, std::string>& metadata() const;

  private:
    friend class SpeechDriver;
    struct State;
    explicit SpeechMotion(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// Makes motion for speech. The networks are loaded on first use and kept. One object serves one
/// thread at a time.
class SpeechDriver {
  public:
    /// @param model_dir  folder of the weights
    explicit SpeechDriver(std::string model_dir);
    ~SpeechDriver();
    SpeechDriver(SpeechDriver&&) noexcept;
    SpeechDriver& operator=(SpeechDriver&&) noexcept;

    /// Begins a clip and makes its first window. Pose relative to the portrait's, actions absolute.
    /// The rules driver ignores guidance and uses the blink rate of the first moment throughout.
    /// @param speech      mono, kSpeechRate_hz
    /// @param num_frames  of the result, at `fps`
    /// @param options     with a seed
    /// @throws Error(Model) for damaged or missing weights; Error(Resource) for diffusion without
    ///         libtorch, or on a device that cannot be used or fails ("auto" falls back to the CPU
    ///         if the first window fails); Error(Usage) for an unknown style; Error(Interrupted,
    ///         Terminated).
    SpeechMotion start(const std::vector<float>& speech,
                       const core::Rational& fps,
                       int num_frames,
                       const SpeechMotionOptions& options,
                       const core::StopToken& stop);

    /// Makes the whole clip that start() begins.
    motion::MotionClip drive(const std::vector<float>& speech,
                             const core::Rational& fps,
                             int num_frames,
                             const SpeechMotionOptions& options,
                             const core::StopToken& stop);

    /// Releases the networks; the next start() loads them again.
    void release();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace vasa::drive
