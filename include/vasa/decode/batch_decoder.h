// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/decode/eye_colour.h"
#include "vasa/decode/face_state.h"
#include "vasa/decode/precision.h"
#include "vasa/head/face_code.h"
#include "vasa/head/head_model.h"
#include "vasa/head/skin_folds.h"

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

/// Device of a GPU's kernels as plain loops on the CPU, many times slower than "cpu": for tests.
constexpr const char* kKernelsOnCpu = "kernels";

struct BatchNetworkState;
class BatchBackend;
/// A frame decoder's network on a device, with its prepared state. Outlives decoders: the next one
/// reuses it warm. On the CPU decoders and threads may share it, elsewhere one thread at a time
/// uses it.
using BatchNetwork = std::shared_ptr<const BatchNetworkState>;

/// Loads a frame decoder's weights onto a device. Needs libtorch.
/// @param path       file of a frame decoder
/// @param device     "cpu", kKernelsOnCpu or "cuda:n"
/// @param precision  of the computation there
/// @return           never null
/// @throws Error(Model) if the network is missing or damaged; Error(Resource) with the cause if the
///         device or the module with its kernels cannot be used.
BatchNetwork load_batch_network(const std::string& path,
                                const std::string& device,
                                Precision precision);

struct BatchDecoderOptions {
    std::string device = "cpu";  ///< "cpu", kKernelsOnCpu or "cuda:n"
    BatchNetwork network;        ///< on the same device; null = geometry alone
    /// How the skin folds; null = it only moves: it neither folds nor turns in the light. Not
    /// needed after the decoder's construction.
    const head::SkinFolds* folds = nullptr;
    int batch_size = 16;                     ///< frames per batch, 1 to 256
    EyeColour eye_colour = EyeColour::Auto;  ///< of irises that the portrait does not show
};

/// Decodes a portrait's frames on one device, from the pose and actions of the head to the pixels
/// for the encoder. A network paints what the portrait does not show: the inside of the mouth, the
/// eyes and hidden skin. The same state gives the same frame, whatever the batch and the threads.
///
/// On the CPU each frame is made by one thread: any number of threads may call decode(), and one
/// call makes several frames in parallel. A GPU makes batches, with the kernels of the optional
/// module libvasa_cuda.so; only points are uploaded and only finished frames are downloaded. There
/// one thread at a time uses an object. Frames of the kernels equal those of the CPU bit by bit,
/// and their painted pixels differ by at most 1 of 255 in fp32.
class BatchDecoder {
  public:
    /// @param model, code  must outlive the decoder
    /// @throws Error(Input) if the code was made with another head model; Error(Resource) with the
    ///         cause if the device or the module cannot be used; Error(Usage) for a batch size out
    ///         of range, or a network on another device.
    BatchDecoder(const head::HeadModel& model,
                 const head::FaceCode& code,
                 const BatchDecoderOptions& options);
    ~BatchDecoder();

    /// Frames per batch; less than requested if the GPU's memory did not suffice.
    int batch_size() const;
    /// Number of concurrent calls of decode() that still saves time: 1 on a GPU.
    int num_threads() const;
    /// Name of the network's configuration, empty for geometry alone.
    const std::string& config_name() const { return config_name_; }

    /// @param states  any number
    /// @param frames  one frame of num_bytes(layout) per state
    /// @throws Error(Resource) if memory does not suffice for one frame, or a GPU fails.
    void decode(const std::vector<FaceState>& states,
                PixelLayout layout,
                std::vector<std::vector<std::uint8_t>>& frames);
    /// One frame, [512, 512, 3]. Errors as above.
    core::ImageU8 decode_rgb(const FaceState& state);

  private:
    std::string config_name_;
    std::unique_ptr<BatchBackend> backend_;
};

/// Loads the module with the GPU's kernels. Returns why it cannot be used, or an empty string.
std::string cuda_module_problem();

/// Bytes of a GPU's memory in use by all processes, and in total.
/// @return false if the module or the GPU does not report them.
bool gpu_memory(int device, std::size_t& used, std::size_t& total);

}  // namespace vasa::decode
