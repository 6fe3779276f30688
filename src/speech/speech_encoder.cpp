// SPDX-License-Identifier: Apache-2.0
#include "vasa/speech/speech_encoder.h"

#include "encoder_tensors.h"
#include "loaded_encoder.h"
#include "log_mel.h"
#include "speech_windows.h"
#include "whisper_encoder.h"

#include "vasa/core/parallel.h"
#include "vasa/tensor/device.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

#include <ATen/ops/clamp.h>
#include <ATen/ops/stack.h>
#include <c10/core/InferenceMode.h>

namespace vasa::speech {
namespace {

constexpr int kWindowsAtOnceCpu = 2;
constexpr int kWindowsAtOnceGpu = 64;

}  // namespace

struct SpeechEncoder::Impl : LoadedEncoder<WhisperEncoder> {};

SpeechEncoder::SpeechEncoder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SpeechEncoder::~SpeechEncoder() = default;
SpeechEncoder::SpeechEncoder(SpeechEncoder&&) noexcept = default;
SpeechEncoder& SpeechEncoder::operator=(SpeechEncoder&&) noexcept = default;

SpeechEncoder SpeechEncoder::load(const std::string& path, const std::string& device) {
    const c10::InferenceMode inference;
    auto impl = std::make_unique<Impl>();
    load_encoder<WhisperConfig>(path, models::FileKind::SpeechEncoder, device, *impl);
    return SpeechEncoder(std::move(impl));
}

const std::string& SpeechEncoder::features() const {
    return impl_->features;
}

struct SpeechStream::Impl {
    const SpeechEncoder::Impl* encoder;
    at::Tensor mel;  ///< [T, 80]
    std::vector<SpeechWindow> windows;
    SpeechFeatures features;
    int num_groups_made = 0;

    int group_size() const {
        return encoder->device.is_cpu() ? kWindowsAtOnceCpu : kWindowsAtOnceGpu;
    }

    /// Encodes the windows of a group together.
    void encode_group(int group) {
        const auto first = static_cast<std::size_t>(group) * static_cast<std::size_t>(group_size());
        const std::size_t end =
            std::min(first + static_cast<std::size_t>(group_size()), windows.size());
        std::vector<at::Tensor> cut;
        for (std::size_t i = first; i < end; ++i) {
            cut.push_back(cut_window(mel, windows[i]));
        }
        const at::Tensor batch =
            at::stack(cut).transpose(1, 2).to(encoder->device);  // [B, 80, 352]
        WhisperEncoder network = encoder->network;
        at::Tensor rows = network(batch.contiguous())
                              .slice(1, 2 * kWindowPast, 2 * (kWindowPast + kWindowNew))
                              .reshape({-1, kWindowNew, kFeatureWidth});  // [B, 16, 1024]
        rows = at::clamp((rows - encoder->tensors.center) / encoder->tensors.scale,
                         -kFeatureLimit,
                         kFeatureLimit);
        rows = rows.to(at::kCPU).contiguous();
        for (std::size_t i = first; i < end; ++i) {
            const SpeechWindow& window = windows[i];
            const at::Tensor row = rows[static_cast<std::int64_t>(i - first)];
            std::memcpy(
                &features.values[static_cast<std::size_t>(window.first_frame) * kFeatureWidth],
                row.const_data_ptr<float>(),
                static_cast<std::size_t>(window.num_frames) * kFeatureWidth * sizeof(float));
        }
    }
};

SpeechStream::SpeechStream(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SpeechStream::~SpeechStream() = default;
SpeechStream::SpeechStream(SpeechStream&&) noexcept = default;
SpeechStream& SpeechStream::operator=(SpeechStream&&) noexcept = default;

int SpeechStream::num_frames() const {
    return impl_->features.num_frames;
}

const SpeechFeatures& SpeechStream::encode_to(int num_frames, const core::StopToken& stop) {
    const c10::InferenceMode inference;
    const int size = impl_->group_size();
    const int wanted = std::min(num_frames, impl_->features.num_frames);
    const int num_windows = (wanted + kWindowNew - 1) / kWindowNew;
    const int first = impl_->num_groups_made;
    const int end = std::max(first, (num_windows + size - 1) / size);
    const auto encode = [&](int group) {
        // Set in the encoding thread: a pool thread inherits neither from the caller.
        const c10::InferenceMode here;
        const tensor::SingleTorchThread single;
        stop.throw_if_stopped();
        impl_->encode_group(first + group);
    };
    if (impl_->encoder->device.is_cpu()) {
        core::parallel_for(end - first, encode);
    } else {
        for (int group = 0; group < end - first; ++group) {
            encode(group);
        }
    }
    impl_->num_groups_made = end;
    return impl_->features;
}

SpeechStream SpeechEncoder::start(const std::vector<float>& speech) const {
    const c10::InferenceMode inference;
    auto impl = std::make_unique<SpeechStream::Impl>();
    impl->encoder = impl_.get();
    impl->mel = log10_mel(speech, impl_->tensors.mel_filters);
    impl->features.num_frames = num_feature_frames(speech.size());
    impl->features.values.resize(static_cast<std::size_t>(impl->features.num_frames) *
                                 kFeatureWidth);
    impl->windows = lay_windows(impl->features.num_frames);
    return SpeechStream(std::move(impl));
}

SpeechFeatures SpeechEncoder::encode(const std::vector<float>& speech,
                                     const core::StopToken& stop) const {
    SpeechStream stream = start(speech);
    stream.encode_to(stream.num_frames(), stop);
    return std::move(stream.impl_->features);
}

}  // namespace vasa::speech
