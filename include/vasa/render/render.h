// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/progress.h"
#include "vasa/core/rational.h"
#include "vasa/core/stop_token.h"
#include "vasa/drive/speech_motion.h"
#include "vasa/models/model_files.h"

#include <cstdint>
#include <string>
#include <vector>

namespace vasa::render {

/// Speech longer than this needs RenderOptions::allow_long.
constexpr double kMaxSpeech_s = 60.0;
/// Speech shorter than this is an input error.
constexpr double kMinSpeech_s = 0.05;

/// What to render and how.
struct RenderOptions {
    std::string image;   ///< portrait; this or `face`
    std::string face;    ///< FaceCode file
    int face_index = 0;  ///< which face of the portrait, largest first
    std::string audio;   ///< speech; may be empty where motion files are given (clip without sound)
    /// An MP4 file, or a PNG sequence: a pattern such as dir/%05d.png, numbered from 1, no sound.
    std::string out;

    core::Rational fps{25, 1};
    std::string codec = "libx264";
    int crf = 18;  ///< 0–51
    std::string preset = "veryfast";

    drive::SpeechMotionOptions drive;  ///< how speech becomes motion

    /// What paints frames: "fast" or "full" (the network of that name in the model folder),
    /// "geometry" (no network), or "auto": the best that is there, for the device.
    std::string decoder = "auto";
    std::string precision = "auto";  ///< of the decoder: auto, fp32, bf16, fp16

    std::string motion;         ///< motion file; empty: driven by the speech
    std::string pose_from;      ///< motion file whose head pose is used instead
    std::string dynamics_from;  ///< motion file whose actions (with gaze) are used instead
    float motion_scale = 1.0F;  ///< of motion files, 0–3
    bool loop = false;          ///< repeat motion files that are too short

    bool force = false;       ///< replace existing output
    bool allow_long = false;  ///< speech over kMaxSpeech_s
    int threads = 0;          ///< 0 = as many as there are cores; set for the whole process
    std::string model_dir;

    /// @throws Error(Usage) naming the option, its range and its value.
    void check() const;
};

/// Seconds spent. Stages run at the same time, so that their sum may exceed `total_s`.
struct StageSeconds {
    double speech_s = 0;    ///< reading and resampling
    double models_s = 0;    ///< loading and hashing models
    double portrait_s = 0;  ///< portrait to FaceCode
    double prepare_s = 0;   ///< FaceCode to renderer
    double motion_s = 0;
    double frames_s = 0;  ///< pose to the geometry's RGB
    double paint_s = 0;   ///< frame decoder network
    double colour_s = 0;  ///< RGB to 4:2:0
    double encode_s = 0;
    double first_frame_s = 0;  ///< from the start until the first frame was handed to the encoder
    double total_s = 0;
};

struct RenderResult {
    std::string out;
    std::int64_t num_frames = 0;
    double duration_s = 0;  ///< of the video
    StageSeconds seconds;
    double fps = 0;                      ///< frames a second of the whole run
    double real_time_factor = 0;         ///< seconds of work per second of video, < 1 = faster
    std::int64_t peak_memory_bytes = 0;  ///< of this process so far
    /// Where the motion came from: "diffusion", "rules", "file", or "pose:file" and the like for
    /// a mixture.
    std::string driver;
    std::string decoder;                         ///< "fast", "full" or "geometry"
    std::vector<models::ModelFile> models;       ///< that were used
    std::string portrait_sha256, speech_sha256;  ///< of the files, empty if unused
    std::string motion_sha256, pose_sha256, dynamics_sha256;
    std::vector<std::string> warnings;  ///< also sent through the log
};

/// Portrait and speech to a finished clip; all of it or nothing appears at `out`.
///
/// Frames = core::num_frames(speech). The same inputs, options, and thread count give the same
/// bytes. Motion, frames, colour conversion and encoding run in a thread each.
/// @param progress  frames done of frames to do; called from another thread, one at a time
/// @throws Error of any kind; (Interrupted or Terminated) after a stop was requested.
RenderResult render(const RenderOptions& options,
                    const core::ProgressFn& progress = {},
                    const core::StopToken& stop = {});

/// Removes what unfinished renders of this process have written so far; for a program about to
/// leave without unwinding.
void remove_all_temporaries();

/// Version of the library, "major.minor.patch".
const char* version();

}  // namespace vasa::render
