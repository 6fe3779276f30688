// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/core/progress.h"
#include "vasa/core/stop_token.h"

#include <cstdint>
#include <optional>
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
    std::string pose_from;      ///< motion file whose head pose is used instead
    std::string dynamics_from;  ///< motion file whose expressions and gaze are used instead
    float motion_scale = 1.0F;  ///< 0–3
    bool loop = false;

    std::string driver = "diffusion";  ///< speech to motion: "diffusion" or "rules"
    std::uint64_t seed = 0;
    int steps = 10;     ///< of the diffusion sampler: 10 fast, 50 best
    std::string style;  ///< empty: the default one
    /// "auto", "cpu", "cuda", "cuda:n". A process whose first render asks for "cpu" may not find
    /// its GPUs later.
    std::string device = "auto";
    std::string controls;  ///< file of curves over time; what is given here replaces its curves
    std::optional<float> gaze_yaw_deg, gaze_pitch_deg;  ///< -40–40, -29–29, 0 = into the camera
    std::optional<float> distance;                      ///< 0.5–2, 1 = as in the portrait
    std::string emotion;                                ///< "happy", "sad:0.5", ..., "neutral"
    std::optional<float> amplitude;                     ///< of mouth motion, 0–3
    std::optional<float> head_motion;                   ///< 0–3
    std::optional<float> expression;                    ///< of brows, lids and cheeks, 0–3
    std::optional<float> blink_rate_per_min;            ///< 0–60
    std::optional<float> cfg_audio, cfg_gaze;           ///< guidance, 0–5

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
    std::string driver;  ///< where the motion came from: "diffusion", "rules", "file", ...
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
