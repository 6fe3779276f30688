// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/decode/batch_decoder.h"
#include "vasa/decode/face_state.h"
#include "vasa/head/face_code.h"
#include "vasa/head/head_model.h"

#include <cstdint>
#include <string>
#include <vector>

// Parts of vasa_cuda_bench.

namespace vasa::bench {

using Frames = std::vector<std::vector<std::uint8_t>>;

struct Options {
    std::string model_dir;
    std::string device = "auto";  ///< also decode::kKernelsOnCpu, to try this program without a GPU
    std::vector<int> batches = {1, 4, 16, 32};
    int num_frames = 512;            ///< timed
    int num_compared = 0;            ///< frames of each face compared with the CPU's, not timed
    std::vector<std::string> faces;  ///< face codes; none: synthetic ones
};

/// A face with the name it is printed under.
struct Face {
    std::string name;
    head::FaceCode code;
};

/// The face codes that are named, or synthetic ones.
std::vector<Face> load_faces(const head::HeadModel& model, const Options& options);

/// A talking head: jaw, lids and head in motion.
std::vector<decode::FaceState> talking(const head::FaceCode& code, int num_frames);

/// False where there is no such network, which is printed.
bool has_decoder(const Options& options, const std::string& decoder);

/// @return null for the geometry alone
decode::BatchNetwork load_network(const Options& options,
                                  const std::string& device,
                                  const std::string& decoder,
                                  decode::Precision precision);

/// Prints a table of how far frames are from the CPU's.
/// @return false if a frame differs by more than its precision explains
bool compare_all(const head::HeadModel& model, const std::string& device, const Options& options);

}  // namespace vasa::bench
