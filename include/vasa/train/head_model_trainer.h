// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/models/model_files.h"

#include <cstdint>
#include <string>

namespace vasa::train {

struct HeadModelTrainOptions {
    /// ICT-FaceKit light as safetensors: neutral, identity, expression, triangles, ...
    std::string source_model;
    /// Its surface points for the 478 landmarks: triangle, barycentric, weight, sigma.
    std::string source_landmarks;
    std::string out = std::string("models/") + models::kHeadModelFile;
    int num_vertices_skin = 4900;
    int num_vertices_lining = 420;
    int num_vertices_gums = 1200;
    int num_vertices_tongue = 460;
    int num_vertices_teeth = 2200;
    int num_identity = 80;
    std::uint64_t seed = 1;
    std::string command;   ///< recorded in the file
    std::string revision;  ///< recorded in the file

    void check() const;  ///< @throws Error(Usage)
};

/// Re-meshes the source head and learns the bases on the new mesh; writes `out` atomically.
/// @throws Error(Input) if the source files are missing or invalid.
void train_head_model(const HeadModelTrainOptions& options);

/// How well a head model covers its source: distances of source surface points to the model.
struct HeadModelReport {
    int num_vertices = 0;
    int num_identity = 0;
    double face_mean_mm = 0, face_p99_mm = 0;  ///< over random identity × action samples
    double lid_gap_mm = 0;  ///< largest remaining lid opening at eyeBlink = 1, over identities
    double lip_crossing_mm =
        0;  ///< deepest lip crossing at jawOpen = mouthClose, beyond that at rest
};
HeadModelReport measure_head_model(const std::string& model_path,
                                   const std::string& source_model,
                                   int num_samples,
                                   std::uint64_t seed);

}  // namespace vasa::train
