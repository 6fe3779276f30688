// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "batched_frames.h"

#include "vasa/head/face_code.h"
#include "vasa/head/head_model.h"
#include "vasa/render/render.h"

#include <map>
#include <string>

namespace vasa::render {

/// Identifies a network that is kept from one render to the next.
std::string network_key(const std::string& decoder,
                        const RenderOptions& options,
                        const std::string& device);

/// Name of the network that paints frames; empty = geometry alone.
///
/// "auto" selects decoder_full.safetensors on a GPU and decoder_fast.safetensors on the CPU, or the
/// other one if only that exists; geometry alone if neither exists or without libtorch. The log
/// gives the reason for geometry alone.
/// @throws Error(Resource) for a network without libtorch, or on a device that cannot be used.
std::string choose_decoder(const RenderOptions& options);

/// Why a GPU's frames cannot be trusted: its frame of the portrait's own state differs from the
/// CPU's, at first or when CUDA graphs play it. Empty if it does not. Painted pixels and the others
/// are compared separately: at most 1 % of the values may be wrong in each of the two.
/// @param state     the portrait's own
/// @param geometry  the CPU's frame without a network
/// @param expected  the CPU's frame; pixels that differ from `geometry` are painted ones
/// @throws Error(Resource)  as the decoder
std::string frame_problem(const FrameBatchDecoder& decoder,
                          const decode::FaceState& state,
                          const core::ImageU8& geometry,
                          const core::ImageU8& expected);

/// What is kept of networks from one render to the next.
struct NetworkCache {
    decode::BatchNetwork network;
    std::string network_key;                    ///< what it was made from
    std::map<std::string, std::string> doubts;  ///< frame_problem() of the GPU's networks checked
};

/// Decoder of the frames on the device that the options ask for. With "auto" the log says why the
/// CPU is used although there is a GPU: it fails, or had a frame_problem() with the session's first
/// portrait.
/// @param model, code  must outlive the decoder
/// @throws Error(Resource) with the cause if a GPU is required and cannot decode frames, or a
///         network is required without libtorch; Error(Model); Error(Input).
FrameBatchDecoder load_frame_decoder(const RenderOptions& options,
                                     const head::HeadModel& model,
                                     const head::FaceCode& code,
                                     NetworkCache& cache);

}  // namespace vasa::render
