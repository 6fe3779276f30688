// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/progress.h"
#include "vasa/core/rational.h"
#include "vasa/core/stop_token.h"
#include "vasa/face/face_encoder.h"

#include <string>
#include <vector>

namespace vasa::face {

/// A video's face, frame by frame at a constant rate (media::VideoReader); frames without a face
/// and up to 0.25 s between two pictures are interpolated from their neighbours.
struct VideoTrack {
    core::Rational fps;
    std::vector<TrackedFrame> frames;
    int num_without_face = 0;   ///< pictures in which no face was found
    double mean_fit_error = 0;  ///< of the frames with a face
};

/// Tracks the face of a video, without smoothing (see smooth_motion()).
/// @param model_dir  see FaceTracker
/// @throws Error(Input) if the video cannot be read or shows no face.
VideoTrack track_video(const std::string& path,
                       const std::string& model_dir,
                       const FaceTrackerOptions& options,
                       const core::ProgressFn& progress,
                       const core::StopToken& stop);

/// `count` frames spread evenly over a video, fewer if the video is shorter; at least one.
/// @throws Error(Input)
std::vector<core::ImageU8> spread_frames(const std::string& path,
                                         int count,
                                         const core::StopToken& stop);

}  // namespace vasa::face
