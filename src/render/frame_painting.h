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

/// What tells networks apart that are kept from one render to the next.
std::string network_key(const std::string& decoder,
                        const RenderOptions& options,
                        const std::string& device);

/// The network that paints frames, by name; empty = geometry alone.
///
/// "auto" takes decoder_full.safetensors on a GPU and decoder_fast.safetensors on the CPU, and the
/// other of the two where only that is there; geometry alone where there is neither or no libtorch.
/// The log says why it is geometry alone.
/// @throws Error(Resource) for a network without libtorch, or on a device that cannot be used.
std::string choose_decoder(const RenderOptions& options);

/// @param decoder  from choose_decoder(), not empty
/// @throws Error(Model) if the network is missing or its weights are damaged; Error(Resource).
std::unique_ptr<decode::FramePainter> load_painter(const std::string& decoder,
                                                   const RenderOptions& options);

/// Why a GPU's frames cannot be trusted: its frame of the portrait's own state is not the CPU's, at
/// first or when CUDA graphs play it. Empty if it is. Painted pixels and the others are compared
/// apart: in each of both at most 1 % of the values may be wrong.
/// @param painter  the decoder's network on the CPU; null for geometry alone
/// @throws Error(Resource)  as the decoder and the painter
std::string frame_problem(const FrameBatchDecoder& decoder,
                          const head::HeadModel& model,
                          const head::FaceCode& code,
                          const decode::FramePainter* painter);

/// What stays on GPUs from one render to the next.
struct GpuNetworkCache {
    decode::BatchNetwork network;
    std::string network_key;                    ///< what it was made from
    std::map<std::string, std::string> doubts;  ///< frame_problem() of networks looked at
};

/// What decodes whole frames on the GPU that the options ask for; empty on the CPU. With "auto" the
/// log says why it is the CPU where there is a GPU; one that fails, or had a frame_problem() with
/// the session's first portrait, is doubted: frames are the CPU's then.
/// @param decoder      from choose_decoder(), empty for geometry alone
/// @param model, code  alive as long as the decoder
/// @throws Error(Resource) with the cause if a GPU is demanded and cannot decode frames;
/// Error(Model); Error(Input).
FrameBatchDecoder load_batch_decoder(const std::string& decoder,
                                     const RenderOptions& options,
                                     const head::HeadModel& model,
                                     const head::FaceCode& code,
                                     GpuNetworkCache& cache);

}  // namespace vasa::render
