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

/// Memory layout of a decoded frame of 512×512 pixels.
enum class PixelLayout {
    Rgb,     ///< [512, 512, 3]
    Yuv420,  ///< BT.709 limited range: luma [512, 512], then both chromas [256, 256]
    Nv12,    ///< the same with interleaved chromas, [256, 256, 2]
};

/// Bytes of a frame.
std::size_t num_bytes(PixelLayout layout);

class NetworkGraphs;
/// A frame decoder's network on a device, with its prepared state. Outlives decoders: the next one
/// reuses it warm. One thread at a time.
using BatchNetwork = std::shared_ptr<NetworkGraphs>;

/// Loads a frame decoder's weights onto a device.
/// @param path       file of a frame decoder
/// @param device     "cpu" or "cuda:n"
/// @param precision  of the computation there
/// @return           never null
/// @throws Error(Model) if the network is missing or damaged; Error(Resource) with the cause if the
///         device or the module with its kernels cannot be used.
BatchNetwork load_batch_network(const std::string& path,
                                const std::string& device,
                                Precision precision);

struct BatchDecoderOptions {
    std::string device = "cpu";  ///< "cpu" or "cuda:n"
    BatchNetwork network;        ///< on the same device; null = geometry alone
    int batch_size = 16;         ///< frames per batch, 1 to 256
};

/// Decodes a portrait's frames in batches on one device, from the points of the posed head to the
/// pixels for the encoder: GeometryRenderer, FramePainter and colour conversion in one. A GPU runs
/// the kernels of the optional module libvasa_cuda.so; only points are uploaded and only finished
/// frames are downloaded.
///
/// On the CPU the same kernels run as plain loops, many times slower than GeometryRenderer: for
/// tests. There frames equal GeometryRenderer's bit by bit, and painted pixels differ by at most
/// 1 of 255 from FramePainter's in fp32. One object serves one thread at a time.
class BatchDecoder {
  public:
    /// @throws Error(Input) if the code was made with another head model; Error(Resource) with the
    ///         cause if the device or the module cannot be used; Error(Usage) for a batch size out
    ///         of range, or a network on another device.
    BatchDecoder(const head::HeadModel& model,
                 const head::FaceCode& code,
                 const BatchDecoderOptions& options);
    ~BatchDecoder();

    /// Frames per batch; less than requested if the GPU's memory did not suffice.
    int batch_size() const;
    /// Name of the network's configuration, empty for geometry alone.
    const std::string& config_name() const;

    /// @param states  any number
    /// @param frames  one frame of num_bytes(layout) per state
    /// @throws Error(Resource) if memory of the GPU does not suffice for one frame, or it fails.
    void decode(const std::vector<FaceState>& states,
                PixelLayout layout,
                std::vector<std::vector<std::uint8_t>>& frames);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Loads the module with the GPU's kernels. Returns why it cannot be used, or an empty string.
std::string cuda_module_problem();

/// Bytes of a GPU's memory in use by all processes, and in total.
/// @return false if the module or the GPU does not report them.
bool gpu_memory(int device, std::size_t& used, std::size_t& total);

}  // namespace vasa::decode
