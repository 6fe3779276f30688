// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/motion/motion_clip.h"

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace vasa::sync {

/// Frames in one comparison of lips and speech.
constexpr int kSyncWindow = 5;
/// Largest lag tried to each side, frames.
constexpr int kMaxSyncLag = 8;
constexpr int kNumSyncLags = 2 * kMaxSyncLag + 1;

/// How well lips and speech agree.
struct SyncScore {
    /// Mean similarity (-1..1) of the lips with the speech `lag` frames before them,
    /// lag = i - kMaxSyncLag.
    std::array<float, kNumSyncLags> curve{};
    int offset_frames = 0;  ///< lag of the best similarity; > 0: the lips are late
    float confidence = 0;   ///< best similarity minus the median of the curve
    float similarity = 0;   ///< at lag 0
};

/// Judges lip sync: a contrastive network over five frames of lip motion and of speech, trained on
/// recordings. Lips are those of the neutral head moved by the clip's actions, minus their median,
/// so that face and lighting have no influence.
class SyncExpert {
  public:
    /// @throws Error(Model) naming the tensor that is missing or does not fit.
    static SyncExpert load(const std::string& path);
    ~SyncExpert();
    SyncExpert(SyncExpert&&) noexcept;
    SyncExpert& operator=(SyncExpert&&) noexcept;

    /// Identifies the speech features it uses, see speech::SpeechEncoder::features().
    const std::string& speech_features() const;

    /// @param clip    25 fps, at least kSyncWindow + kMaxSyncLag frames
    /// @param speech  [num_frames, 1024], speech::SpeechFeatures
    /// @throws Error(Input) for other lengths or rates.
    SyncScore score(const motion::MotionClip& clip, const std::vector<float>& speech) const;

  private:
    struct Impl;
    explicit SyncExpert(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace vasa::sync
