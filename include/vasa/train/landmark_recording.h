// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/head/landmark68_fit.h"

#include <string>
#include <vector>

namespace vasa::train {

/// A stretch of a recording without a cut or a change of the camera.
struct LandmarkShot {
    std::string clip;  ///< name of the array, e.g. "clip_03"
    int index = 0;     ///< number of the shot in its clip, from 0
    /// At motion::kMotionRate_hz, pixels of the picture (x right, y down).
    std::vector<head::Landmarks68> frames;
    int num_outliers = 0;  ///< recorded frames dropped

    std::string name() const { return clip + "_shot_" + std::to_string(index); }
};

/// Reads recordings of 68 landmarks and their timing, in the order of the clips' names.
///
/// The recording is an .npz with an integer array [frames, 68, 2] per clip; arrays of other shapes
/// are ignored. The timing is an .npz with three integer arrays per clip: `<clip>_film_frame`
/// [frames], the frame of a 24000/1001 Hz film that each frame shows, never decreasing;
/// `<clip>_shot_start` [shots], the first frame of each shot, from 0, increasing; and
/// `<clip>_outlier`, frames in which the detector failed.
///
/// Frames that show the same film frame are averaged, outliers are left out, and each shot is
/// interpolated on its own to even times by cubic Hermite curves with the slopes of a parabola
/// through three frames.
/// @throws Error(Input) naming file and array if anything is missing or does not fit together, for
///         shots of fewer than two film frames, and for gaps of more than a second.
std::vector<LandmarkShot> load_landmark_shots(const std::string& landmarks_path,
                                              const std::string& timing_path);

}  // namespace vasa::train
