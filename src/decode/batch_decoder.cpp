// SPDX-License-Identifier: Apache-2.0
#include "vasa/decode/batch_decoder.h"

#include "batch_backend.h"

#include "vasa/core/error.h"

namespace vasa::decode {
namespace {

using core::Error;
using core::ErrorKind;

constexpr int kMaxBatch = 256;

void check(const BatchDecoderOptions& options) {
    if (options.batch_size < 1 || options.batch_size > kMaxBatch) {
        throw Error(ErrorKind::Usage,
                    "batch of " + std::to_string(options.batch_size) + " frames, expected 1 to " +
                        std::to_string(kMaxBatch));
    }
    if (options.network && options.network->device != options.device) {
        throw Error(ErrorKind::Usage,
                    "the network is on '" + options.network->device + "', the frames on '" +
                        options.device + "'");
    }
}

std::unique_ptr<BatchBackend> make_backend(const head::HeadModel& model,
                                           const head::FaceCode& code,
                                           const BatchDecoderOptions& options) {
    check(options);
    if (options.device == "cpu") {
        return make_host_backend(model, code, options);
    }
#ifdef VASA_WITH_TORCH
    return make_device_backend(model, code, options);
#else
    throw Error(ErrorKind::Resource,
                "cannot decode frames on '" + options.device + "': this build has no libtorch");
#endif
}

}  // namespace

std::size_t num_bytes(PixelLayout layout) {
    return static_cast<std::size_t>(layout == PixelLayout::Rgb ? 3 * kFramePixels
                                                               : kFramePixels / 2 * 3);
}

BatchDecoder::BatchDecoder(const head::HeadModel& model,
                           const head::FaceCode& code,
                           const BatchDecoderOptions& options)
    : config_name_(options.network ? options.network->config_name : ""),
      backend_(make_backend(model, code, options)) {}

BatchDecoder::~BatchDecoder() = default;

int BatchDecoder::batch_size() const {
    return backend_->batch_size();
}

int BatchDecoder::num_threads() const {
    return backend_->num_threads();
}

void BatchDecoder::decode(const std::vector<FaceState>& states,
                          PixelLayout layout,
                          std::vector<std::vector<std::uint8_t>>& frames) {
    frames.resize(states.size());
    backend_->decode(states, layout, frames);
}

core::ImageU8 BatchDecoder::decode_rgb(const FaceState& state) {
    std::vector<std::vector<std::uint8_t>> frames;
    decode({state}, PixelLayout::Rgb, frames);
    core::ImageU8 rgb;
    rgb.width = rgb.height = head::kFrameSize_px;
    rgb.channels = 3;
    rgb.data = std::move(frames.front());
    return rgb;
}

}  // namespace vasa::decode
