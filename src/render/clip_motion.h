// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "face_cache.h"
#include "networks.h"

#include "vasa/core/stop_token.h"
#include "vasa/drive/motion_track.h"
#include "vasa/drive/speech_motion.h"
#include "vasa/face/covered_parts.h"
#include "vasa/render/render.h"
#include "vasa/render/session.h"
#include "vasa/render/speech_input.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace vasa::render {

/// The motion of one render on its portrait, from the speech or from motion files.
class ClipMotion {
  public:
    /// Keeps the references.
    /// @param result  gets driver, length, hashes of the motion files, models and warnings
    ClipMotion(Networks& networks,
               const RenderOptions& options,
               const RenderMemory& memory,
               const core::StopToken& stop,
               RenderResult& result);
    ClipMotion(const ClipMotion&) = delete;
    ClipMotion& operator=(const ClipMotion&) = delete;

    /// Needs the seed in the result. Reads motion files. Motion from speech is made while frames
    /// are drawn.
    /// @param speech  stays until the last frame; without samples if none is given
    /// @throws Error of load_motion() and of the driver
    void begin(const Speech& speech, FaceCache::Code code);

    /// Any thread may request frames. @throws any error of the driver
    motion::MotionFrame at(std::int64_t index) { return track_.at(index); }

  private:
    int count_frames(const motion::MotionClip& file) const;
    motion::MotionClip fit_file(const motion::MotionClip& file, int num_frames);
    void drive_by_speech();
    std::vector<motion::MotionFrame> next_driven(std::int64_t& next);
    void play(motion::MotionClip clip);
    void play_motion();
    void take_parts();

    Networks& networks_;
    const RenderOptions& options_;
    const RenderMemory& memory_;
    const core::StopToken& stop_;
    RenderResult& result_;
    const Speech* speech_ = nullptr;
    FaceCache::Code code_;
    face::CoveredParts covered_;
    std::optional<drive::SpeechMotion> driven_;
    drive::MotionTrack track_;
};

}  // namespace vasa::render
