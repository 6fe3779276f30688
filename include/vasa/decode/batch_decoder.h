// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/decode/face_state.h"
#include "vasa/decode/frame_painter.h"
#include "vasa/head/face_code.h"
#include "vasa/head/head_model.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace vasa::decode {

/// How pixels lie in a decoded frame of 512×512.
enum class PixelLayout {
    Rgb,     ///< [512, 512, 3]
    Yuv420,  ///< BT.709 limited range: luma [512, 512], then both chromas [256, 256]
    Nv12,    ///< the same with the chromas of a pixel side by side, [256, 256, 2]
};

/// Bytes of a frame.
std::size_t num_bytes(PixelLayout layout);

class NetworkGraphs;
/// A frame decoder's network on a device, with what was prepared for it there. Outlives decoders:
/// the next one finds it warm. One thread at a time.
using BatchNetwork = std::shared_ptr<NetworkGraphs>;

/// Brings a frame decoder's weights to a device.
/// @param path       file of a frame decoder
/// @param device     "cpu" or "cuda:n"
/// @param precision  of its numbers there
/// @return           never null
/// @throws Error(Model) if the network is missing or damaged; Error(Resource) with the cause if the
///         device or the module with its kernels cannot be used.
BatchNetwork load_batch_network(const std::string& path,
                                const std::string& device,
                                Precision precision);

struct BatchDecoderOptions {
    std::string device = "cpu";  ///< "cpu" or "cuda:n"
    BatchNetwork network;        ///< on the same device; null = geometry alone
    int batch_size = 16;         ///< frames at a time, 1 to 256
};

/// Decodes a portrait's frames in batches on one device, from the points of the posed head to the
/// pixels for the encoder: GeometryRenderer, FramePainter and colour conversion in one. On a GPU
/// by the kernels of the optional module libvasa_cuda.so; nothing but points goes there and nothing
/// but finished frames comes back.
///
/// On the CPU the same kernels run as plain loops, many times slower than GeometryRenderer: for
/// tests. There frames are GeometryRenderer's bit by bit, and painted pixels within 1 of 255 of
/// FramePainter's in fp32. One object serves one thread at a time.
class BatchDecoder {
  public:
    /// @throws Error(Input) if the code was made with another head model; Error(Resource) with the
    ///         cause if the device or the module cannot be used; Error(Usage) for a batch size out
    ///         of range, or a network on another device.
    BatchDecoder(const head::HeadModel& model,
                 const head::FaceCode& code,
                 const BatchDecoderOptions& options);
    ~BatchDecoder();

    /// Frames at a time. Where the GPU's memory did not suffice it is less than was asked for.
    int batch_size() const;
    /// Name of the network's configuration, empty for geometry alone.
    const std::string& config_name() const;

    /// @param states  any number
    /// @param frames  a frame of num_bytes(layout) for each
    /// @throws Error(Resource) if the GPU's memory does not suffice for one frame, or the GPU
    /// fails.
    void decode(const std::vector<FaceState>& states,
                PixelLayout layout,
                std::vector<std::vector<std::uint8_t>>& frames);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Why the module with the GPU's kernels cannot be used; empty if it can. Loads it.
std::string cuda_module_problem();

/// Bytes of a GPU's memory that are in use, by whomever, and all of them.
/// @return false if the module or the GPU does not tell.
bool gpu_memory(int device, std::size_t& used, std::size_t& total);

}  // namespace vasa::decode
