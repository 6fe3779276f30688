// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clip/frame_scores.h"
#include "clip/mouth_inside.h"

#include "vasa/eval/clip_scores.h"
#include "vasa/face/face_encoder.h"

#include <array>
#include <string>
#include <vector>

namespace vasa::eval {

/// What a clip is compared with: the portrait, or its own first frame.
struct Portrait {
    head::FaceCode code;
    core::Affine2 crop_from_frame;
    bool is_given = false;
};

/// Results of one pass over the frames.
struct ClipFrames {
    core::Rational fps;
    bool has_sound = false;  ///< whether the clip has its own
    std::vector<face::TrackedFrame> tracked;
    /// gradient_energy() of the frames with a face.
    std::array<std::vector<double>, kNumSharpRegions> energy;
    std::vector<MouthInside> mouths;     ///< of the frames with a face
    std::vector<core::ImageU8> samples;  ///< spread over the clip
    std::vector<std::size_t> sample_index;
    core::ImageU8 first;
    double flicker = 0;  ///< StillBackground::flicker()
    std::string hash;    ///< SHA-256 of all frames' pixels
};

/// Reads all frames, follows the face and measures each frame. Two threads: one reads and finds the
/// face, the other fits the head.
ClipFrames measure_frames(const ClipInput& input,
                          const Portrait& portrait,
                          face::FaceTracker& tracker,
                          const core::ProgressFn& progress,
                          const core::StopToken& stop);

}  // namespace vasa::eval
