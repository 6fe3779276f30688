// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/rational.h"
#include "vasa/motion/controls.h"
#include "vasa/motion/motion_clip.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace vasa::drive {

/// Networks that make live motion. Any number of LiveMotion objects share them.
class LiveModels {
  public:
    /// @param model_dir  folder of the weights
    /// @param device     of the networks: "auto", "cpu", "cuda", "cuda:n"
    /// @throws Error(Model) for damaged or missing weights; Error(Resource) without libtorch or on
    /// a
    ///         device that cannot be used
    static std::shared_ptr<const LiveModels> load(const std::string& model_dir,
                                                  const std::string& device = "auto");
    ~LiveModels();

    struct Impl;
    explicit LiveModels(std::unique_ptr<Impl> impl);
    const Impl& impl() const { return *impl_; }

  private:
    std::unique_ptr<Impl> impl_;
};

struct LiveMotionOptions {
    core::Rational fps{motion::kMotionRate_hz, 1};  ///< of the frames
    std::uint64_t seed = 0;
    motion::ControlFrame controls;  ///< at the start
    std::string style;              ///< a source of the training data; empty = the first one
};

/// Motion of a head whose speech arrives while it is spoken.
///
/// Frame k shows the moment k / fps of the speech pushed so far. It is ready when the speech up to
/// k / fps + lookahead_s() is there, and does not depend on later speech or on how the speech was
/// cut into pieces. In silence the head idles: it breathes, blinks and moves a little. Everything
/// runs in the caller's thread, networks mostly in push().
class LiveMotion {
  public:
    /// @throws Error(Usage) for an unknown style or a frame rate out of (0, 240]
    LiveMotion(std::shared_ptr<const LiveModels> models, const LiveMotionOptions& options);
    ~LiveMotion();
    LiveMotion(LiveMotion&&) noexcept;
    LiveMotion& operator=(LiveMotion&&) noexcept;

    /// Takes the next samples, mono, speech::kSpeechRate_hz, ±1; any number.
    void push(const float* samples, std::size_t count);
    void push(const std::vector<float>& samples) { push(samples.data(), samples.size()); }

    /// Frames that next() can give now.
    std::size_t frames_ready() const;
    /// The next frame: pose relative to the portrait's, actions over its neutral face, for
    /// put_on_portrait().
    /// @throws Error(Internal) if none is ready
    motion::MotionFrame next();

    /// Forgets the speech that was pushed but not yet shown: the mouth shuts within two frames at
    /// 25 fps and opens again for speech pushed from now on. Head, eyes and the time base go on.
    void interrupt();
    /// Controls from the next frame on. Values that would jump are reached in a fraction of a
    /// second. `cfg_audio` and `cfg_gaze` are not used.
    void set_controls(const motion::ControlFrame& controls);

    /// Speech after a frame's moment that must have been pushed before the frame is ready, at most.
    double lookahead_s() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace vasa::drive
