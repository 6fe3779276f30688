// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/core/progress.h"
#include "vasa/core/stop_token.h"

#include <cstdint>
#include <string>
#include <vector>

/// The supported interface for programs that embed libvasa. It needs neither OpenCV nor torch
/// headers. Everything else that is installed may change with any release.
namespace vasa {

using core::Error;
using core::ErrorKind;
using core::LogLevel;
using core::ProgressFn;
using core::set_log_sink;
using core::StopToken;

/// Version of the library, "major.minor.patch".
const char* version();

/// What to render. Paths are of files; the defaults are those of `vasa render`.
struct ClipOptions {
    std::string image;   ///< portrait; this or `face`
    std::string face;    ///< FaceCode file
    int face_index = 0;  ///< which face of the portrait, largest first
    std::string audio;   ///< speech, 0.05 to 60 s (longer with allow_long)
    std::string out;     ///< an .mp4 file or a PNG pattern such as dir/%05d.png
    std::string model_dir;

    std::string fps = "25";         ///< "25", "30000/1001", "29.97", ...
    std::string codec = "libx264";  ///< or another H.264 encoder of libavcodec
    int crf = 18;                   ///< 0–51, lower is better
    std::string preset = "veryfast";

    std::string motion;         ///< motion file; empty: driven by the speech
    float motion_scale = 1.0F;  ///< 0–3
    bool loop = false;

    std::uint64_t seed = 0;
    float amplitude = 1.0F;            ///< 0–3
    float head_motion = 1.0F;          ///< 0–3
    float blink_rate_per_min = 18.0F;  ///< 0–60

    bool force = false;  ///< replace existing output
    bool allow_long = false;
    int threads = 0;  ///< 0 = one per core; holds for the whole process
};

struct ClipResult {
    std::int64_t num_frames = 0;
    double duration_s = 0;        ///< of the video
    double total_s = 0;           ///< seconds of work
    double fps = 0;               ///< frames a second of the whole run
    double real_time_factor = 0;  ///< seconds of work per second of video, < 1 = faster
    std::int64_t peak_memory_bytes = 0;
    std::string driver;  ///< where the motion came from: "rules", "file"
    std::vector<std::string> warnings;
};

/// Renders a clip; all of it or nothing appears at ClipOptions::out.
///
/// @param progress  frames done of frames to do; called from another thread, one at a time
/// @param stop      ends the work within a frame or so, from any thread
/// @throws Error
ClipResult render_clip(const ClipOptions& options,
                       const ProgressFn& progress = {},
                       const StopToken& stop = {});

}  // namespace vasa
