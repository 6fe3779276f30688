// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/models/model_files.h"

#include <cstdint>
#include <string>
#include <vector>

namespace vasa::render {

/// Seconds spent. Stages run at the same time, so their sum may exceed `total_s`.
struct StageSeconds {
    double speech_s = 0;    ///< reading and resampling
    double models_s = 0;    ///< loading and hashing models
    double portrait_s = 0;  ///< portrait to FaceCode
    double prepare_s = 0;   ///< FaceCode to renderer
    double motion_s = 0;
    double frames_s = 0;  ///< pose to the encoder's pixels, of all threads
    double encode_s = 0;
    double first_frame_s = 0;  ///< from the start until the first frame was handed to the encoder
    double total_s = 0;
};

struct RenderResult {
    std::string out;
    std::int64_t num_frames = 0;
    double duration_s = 0;  ///< of the video
    StageSeconds seconds;
    double fps = 0;                      ///< frames per second over the whole run
    double real_time_factor = 0;         ///< seconds of work per second of video, < 1 = faster
    std::int64_t peak_memory_bytes = 0;  ///< of this process so far
    /// Source of the motion: "diffusion", "rules", "file", or a text such as "pose:file" for a
    /// mixture.
    std::string driver;
    std::uint64_t seed = 0;                      ///< of the random numbers, given or derived
    std::string decoder;                         ///< "fast", "full" or "geometry"
    std::vector<models::ModelFile> models;       ///< the models used
    std::string portrait_sha256, speech_sha256;  ///< of the files, empty if unused
    std::string motion_sha256, pose_sha256, dynamics_sha256;
    std::string watermark_key_sha256;  ///< of the key file, empty for the public key
    std::string sign_cert_sha256;      ///< of the certificates that were asked for
    /// SHA-256 of how the clip was made: program, models, options, seed and inputs.
    std::string job_sha256;
    std::string signed_by;  ///< "installation", "certificate"; empty: no signed manifest
    std::vector<std::string> warnings;  ///< also sent through the log
};

}  // namespace vasa::render
