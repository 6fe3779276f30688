// SPDX-License-Identifier: Apache-2.0
#include "vasa/speech/speech_encoder.h"

#include "log_mel.h"
#include "speech_windows.h"
#include "whisper_encoder.h"

#include "vasa/core/error.h"
#include "vasa/core/parallel.h"
#include "vasa/core/safetensors.h"
#include "vasa/tensor/device.h"
#include "vasa/tensor/weights.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

#include <ATen/ops/clamp.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/stack.h>
#include <c10/core/InferenceMode.h>

namespace vasa::speech {
namespace {

constexpr int kWindowsAtOnceCpu = 2;
constexpr int kWindowsAtOnceGpu = 64;
constexpr float kFeatureLimit = 5.0F;

at::Tensor tensor_of(const core::SafetensorsFile& file,
                     const std::string& name,
                     const std::vector<std::int64_t>& shape) {
    std::vector<float> values = file.floats(name, shape);
    return at::from_blob(values.data(), shape, at::kFloat).clone();
}

int read_num_blocks(const core::SafetensorsFile& file) {
    const std::string& text = file.metadata("num_blocks");
    if (text.size() != 1 || text[0] < '1' || text[0] > '6') {
        throw core::Error(
            core::ErrorKind::Model,
            "speech encoder '" + file.name() + "': num_blocks is '" + text + "', expected 1 to 6");
    }
    return text[0] - '0';
}

}  // namespace

struct SpeechEncoder::Impl {
    WhisperEncoder network{nullptr};
    at::Tensor mel_filters;    ///< [80, 201]
    at::Tensor center, scale;  ///< [1024]
    at::Device device{at::kCPU};
};

SpeechEncoder::SpeechEncoder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SpeechEncoder::~SpeechEncoder() = default;
SpeechEncoder::SpeechEncoder(SpeechEncoder&&) noexcept = default;
SpeechEncoder& SpeechEncoder::operator=(SpeechEncoder&&) noexcept = default;

SpeechEncoder SpeechEncoder::load(const std::string& path, const std::string& device) {
    const c10::InferenceMode inference;
    const auto file = core::SafetensorsFile::load(path, core::ErrorKind::Model);
    auto impl = std::make_unique<Impl>();
    WhisperConfig config;
    config.num_blocks = read_num_blocks(file);
    impl->network = WhisperEncoder(config);
    tensor::load_weights(*impl->network, file, "encoder.");
    impl->mel_filters = tensor_of(file, "mel_filters", {kNumMels, kFftSize / 2 + 1});
    impl->center = tensor_of(file, "features.center", {kFeatureWidth});
    impl->scale = tensor_of(file, "features.scale", {kFeatureWidth});
    if (!(impl->scale.min().item<float>() > 0.0F)) {
        throw core::Error(core::ErrorKind::Model,
                          "speech encoder '" + path + "': features.scale is not positive");
    }
    impl->device = at::Device(device);
    impl->network->to(impl->device);
    impl->network->eval();
    impl->center = impl->center.to(impl->device);
    impl->scale = impl->scale.to(impl->device);
    return SpeechEncoder(std::move(impl));
}

SpeechFeatures SpeechEncoder::encode(const std::vector<float>& speech,
                                     const core::StopToken& stop) const {
    const c10::InferenceMode inference;
    SpeechFeatures features;
    features.num_frames = num_feature_frames(speech.size());
    features.values.resize(static_cast<std::size_t>(features.num_frames) * kFeatureWidth);
    const at::Tensor mel = log10_mel(speech, impl_->mel_filters);  // [T, 80]
    const std::vector<SpeechWindow> windows = lay_windows(features.num_frames);
    const auto encode_some = [&](std::size_t first, std::size_t end) {
        const c10::InferenceMode here;
        stop.throw_if_stopped();
        std::vector<at::Tensor> cut;
        for (std::size_t i = first; i < end; ++i) {
            cut.push_back(cut_window(mel, windows[i]));
        }
        const at::Tensor batch = at::stack(cut).transpose(1, 2).to(impl_->device);  // [B, 80, 352]
        at::Tensor rows = impl_->network(batch.contiguous())
                              .slice(1, 2 * kWindowPast, 2 * (kWindowPast + kWindowNew))
                              .reshape({-1, kWindowNew, kFeatureWidth});  // [B, 16, 1024]
        rows = at::clamp((rows - impl_->center) / impl_->scale, -kFeatureLimit, kFeatureLimit);
        rows = rows.to(at::kCPU).contiguous();
        for (std::size_t i = first; i < end; ++i) {
            const SpeechWindow& window = windows[i];
            const at::Tensor row = rows[static_cast<std::int64_t>(i - first)];
            std::memcpy(
                &features.values[static_cast<std::size_t>(window.first_frame) * kFeatureWidth],
                row.const_data_ptr<float>(),
                static_cast<std::size_t>(window.num_frames) * kFeatureWidth * sizeof(float));
        }
    };
    const auto at_once =
        static_cast<std::size_t>(impl_->device.is_cpu() ? kWindowsAtOnceCpu : kWindowsAtOnceGpu);
    const auto num_groups = static_cast<int>((windows.size() + at_once - 1) / at_once);
    const auto encode_group = [&](int group) {
        const std::size_t first = static_cast<std::size_t>(group) * at_once;
        encode_some(first, std::min(first + at_once, windows.size()));
    };
    if (impl_->device.is_cpu()) {
        const tensor::SingleTorchThread single;
        core::parallel_for(num_groups, encode_group);
    } else {
        for (int group = 0; group < num_groups; ++group) {
            encode_group(group);
        }
    }
    return features;
}

}  // namespace vasa::speech
