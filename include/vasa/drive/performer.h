// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/drive/synthesiser.h"
#include "vasa/motion/motion_clip.h"

#include <cstdint>
#include <memory>
#include <string>

namespace vasa::drive {

/// Samples the motion of head, brows and lids that recorded speakers make with a mouth: a motion
/// network trained on recordings without sound, whose condition is motion::mouth_activity().
class Performer {
  public:
    /// @param path        network trained on shards of silent motion
    /// @param head_model  head_model.safetensors, for the positions of the lips
    /// @throws Error(Model), also for a network with another condition
    static Performer load(const std::string& path, const std::string& head_model);
    ~Performer();
    Performer(Performer&&) noexcept;
    Performer& operator=(Performer&&) noexcept;

    /// @param mouth  25 fps, jaw and mouth actions
    /// @return       as many frames, 25 fps; pose relative to the rest. May be called by several
    ///               threads at once.
    motion::MotionClip perform(const motion::MotionClip& mouth, std::uint64_t seed) const;

  private:
    struct Impl;
    explicit Performer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// A performer as a function, for synthesise_motion(). @throws Error(Model)
PerformFn load_performer(const std::string& path, const std::string& head_model);

}  // namespace vasa::drive
