// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "batched_frames.h"

#include "vasa/decode/frame_painter.h"
#include "vasa/head/face_code.h"
#include "vasa/head/head_model.h"
#include "vasa/render/render.h"

#include <map>
#include <memory>
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

/// @param decoder  from choose_decoder(), not empty
/// @throws Error(Model) if the network is missing or its weights are damaged; Error(Resource).
std::unique_ptr<decode::FramePainter> load_painter(const std::string& decoder,
                                                   const RenderOptions& options);

/// Why a GPU's frames cannot be trusted: its frame of the portrait's own state differs from the
/// CPU's, at first or when CUDA graphs play it. Empty if it does not. Painted pixels and the others
/// are compared separately: at most 1 % of the values may be wrong in each of the two.
/// @param painter  the decoder's network on the CPU; null for geometry alone
/// @throws Error(Resource)  as the decoder and the painter
std::string frame_problem(const FrameBatchDecoder& decoder,
                          const head::HeadModel& model,
                          const head::FaceCode& code,
                          const decode::FramePainter* painter);

/// What is kept on GPUs from one render to the next.
struct GpuNetworkCache {
    decode::BatchNetwork network;
    std::string network_key;                    ///< what it was made from
    std::map<std::string, std::string> doubts;  ///< frame_problem() of the networks checked
};

/// Decoder of whole frames on the GPU that the options ask for; empty on the CPU. With "auto" the
/// log says why the CPU is used although there is a GPU. A GPU that fails, or had a frame_problem()
/// with the session's first portrait, is doubted: the CPU then makes the frames.
/// @param decoder      from choose_decoder(), empty for geometry alone
/// @param model, code  must outlive the decoder
/// @throws Error(Resource) with the cause if a GPU is required and cannot decode frames;
///         Error(Model); Error(Input).
FrameBatchDecoder load_batch_decoder(const std::string& decoder,
                                     const RenderOptions& options,
                                     const head::HeadModel& model,
                                     const head::FaceCode& code,
                                     GpuNetworkCache& cache);

}  // namespace vasa::render
