// SPDX-License-Identifier: Apache-2.0
#include "vasa/speech/live_encoder.h"

#include "encoder_tensors.h"
#include "live_mel.h"
#include "loaded_encoder.h"
#include "log_mel.h"
#include "speech_windows.h"

#include "vasa/speech/live_encoder_network.h"
#include "vasa/tensor/device.h"

#include <algorithm>
#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/clamp.h>
#include <c10/core/InferenceMode.h>

namespace vasa::speech {

static_assert(2 * kWhisperWidth == kFeatureWidth, "two rows of the network make a row of features");

struct LiveSpeechEncoder::Impl : LoadedEncoder<LiveEncoder> {
    /// @param rows  [T, kFeatureWidth] of the network
    /// @return      on the CPU
    at::Tensor scaled(const at::Tensor& rows) const {
        return at::clamp((rows - tensors.center) / tensors.scale, -kFeatureLimit, kFeatureLimit)
            .to(at::kCPU)
            .contiguous();
    }
};

LiveSpeechEncoder::LiveSpeechEncoder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LiveSpeechEncoder::~LiveSpeechEncoder() = default;
LiveSpeechEncoder::LiveSpeechEncoder(LiveSpeechEncoder&&) noexcept = default;
LiveSpeechEncoder& LiveSpeechEncoder::operator=(LiveSpeechEncoder&&) noexcept = default;

LiveSpeechEncoder LiveSpeechEncoder::load(const std::string& path, const std::string& device) {
    const c10::InferenceMode inference;
    auto impl = std::make_unique<Impl>();
    load_encoder<LiveEncoderConfig>(path, models::FileKind::LiveSpeechEncoder, device, *impl);
    return LiveSpeechEncoder(std::move(impl));
}

const std::string& LiveSpeechEncoder::features() const {
    return impl_->features;
}

struct LiveSpeechStream::Impl {
    const LiveSpeechEncoder::Impl* encoder;
    LiveMel mel;
    LiveEncoderState state;
    at::Tensor odd;  ///< [0 or 1, width]: the first half of a row of features

    /// Adds the features that a block of the spectrogram completes.
    void encode(const at::Tensor& block, std::vector<float>& features) {
        LiveEncoder network = encoder->network;
        at::Tensor rows = state.append(*network, block.t().to(encoder->device));  // [rows, width]
        if (odd.defined()) {
            rows = at::cat({odd, rows}, 0);
        }
        const std::int64_t count = rows.size(0) / 2;
        odd = rows.slice(0, 2 * count);
        rows = encoder->scaled(rows.slice(0, 0, 2 * count).reshape({count, kFeatureWidth}));
        const float* values = rows.const_data_ptr<float>();
        features.insert(features.end(), values, values + rows.numel());
    }
};

LiveSpeechStream::LiveSpeechStream(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LiveSpeechStream::~LiveSpeechStream() = default;
LiveSpeechStream::LiveSpeechStream(LiveSpeechStream&&) noexcept = default;
LiveSpeechStream& LiveSpeechStream::operator=(LiveSpeechStream&&) noexcept = default;

std::vector<float> LiveSpeechStream::push(const float* samples, std::size_t count) {
    const c10::InferenceMode inference;
    const tensor::SingleTorchThread single;
    impl_->mel.push(samples, count);
    std::vector<float> features;
    for (at::Tensor block = impl_->mel.next(); block.defined(); block = impl_->mel.next()) {
        impl_->encode(block, features);
    }
    return features;
}

LiveSpeechStream LiveSpeechEncoder::start() const {
    const c10::InferenceMode inference;
    return LiveSpeechStream(std::make_unique<LiveSpeechStream::Impl>(
        LiveSpeechStream::Impl{impl_.get(),
                               LiveMel(impl_->tensors.mel_filters),
                               LiveEncoderState(impl_->network->config()),
                               {}}));
}

SpeechFeatures LiveSpeechEncoder::encode(const std::vector<float>& speech) const {
    const c10::InferenceMode inference;
    const tensor::SingleTorchThread single;
    SpeechFeatures features;
    features.num_frames = num_feature_frames(speech.size());
    LiveMel mel(impl_->tensors.mel_filters);
    mel.push(speech.data(), speech.size());
    const std::vector<float> silence(kSpeechRate_hz / 2, 0.0F);  // the future of the last rows
    mel.push(silence.data(), silence.size());
    std::vector<at::Tensor> blocks;
    for (at::Tensor block = mel.next(); block.defined(); block = mel.next()) {
        blocks.push_back(block);
    }
    const std::int64_t num_columns =
        static_cast<std::int64_t>(features.num_frames) * kMelRate_hz / kFeatureRate_hz;
    const std::int64_t more = 4 * impl_->network->config().num_blocks;
    const at::Tensor columns = at::cat(blocks, 0).slice(0, 0, num_columns + more).t();
    LiveEncoder network = impl_->network;
    const at::Tensor rows =
        network->forward(columns.contiguous().unsqueeze(0).to(impl_->device))[0].slice(
            0, 0, 2 * static_cast<std::int64_t>(features.num_frames));
    const at::Tensor scaled = impl_->scaled(rows.reshape({features.num_frames, kFeatureWidth}));
    const float* values = scaled.const_data_ptr<float>();
    features.values.assign(values, values + scaled.numel());
    return features;
}

}  // namespace vasa::speech
