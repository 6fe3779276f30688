// SPDX-License-Identifier: Apache-2.0
#include "log_mel.h"

#include <algorithm>
#include <cstdint>

#include <ATen/TensorOperators.h>
#include <ATen/ops/abs.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/clamp_min.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/fft_rfft.h>
#include <ATen/ops/hann_window.h>
#include <ATen/ops/log10.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/zeros.h>

namespace vasa::speech {
namespace {

/// Rows computed at once, which bounds the memory for long clips.
constexpr std::int64_t kRowsAtOnce = 3000;
constexpr double kMinPower = 1e-10;

/// Speech with half a window before and after, reflected without repeating the end sample.
at::Tensor with_reflected_ends(const std::vector<float>& speech, std::int64_t num_samples) {
    constexpr std::int64_t kPad = kFftSize / 2;
    at::Tensor padded = at::zeros({num_samples + 2 * kPad}, at::kFloat);
    float* out = padded.data_ptr<float>();
    const auto count = static_cast<std::int64_t>(speech.size());
    for (std::int64_t i = -kPad; i < num_samples + kPad; ++i) {
        std::int64_t source = i < 0 ? -i : i;
        if (source >= count) {
            source = 2 * (count - 1) - source;
        }
        out[i + kPad] =
            source >= 0 && source < count ? speech[static_cast<std::size_t>(source)] : 0;
    }
    return padded;
}

}  // namespace

at::Tensor log10_mel_rows(const at::Tensor& windows, const at::Tensor& filters) {
    const at::Tensor spectrum = at::fft_rfft(windows * at::hann_window(kFftSize, at::kFloat));
    const at::Tensor power = at::abs(spectrum).square();    // [t, 201]
    const at::Tensor mel = at::matmul(power, filters.t());  // [t, 80]
    return at::log10(at::clamp_min(mel, kMinPower));        // [t, 80]
}

at::Tensor log10_mel(const std::vector<float>& speech, const at::Tensor& filters) {
    const auto num_samples = static_cast<std::int64_t>(speech.size());
    const std::int64_t num_rows = num_samples / kHop;
    if (num_rows == 0) {
        return at::empty({0, kNumMels}, at::kFloat);
    }
    const at::Tensor padded = with_reflected_ends(speech, num_samples);
    const at::Tensor frames = padded.unfold(0, kFftSize, kHop);  // [T + 1, 400]
    std::vector<at::Tensor> parts;
    for (std::int64_t first = 0; first < num_rows; first += kRowsAtOnce) {
        const std::int64_t end = std::min(first + kRowsAtOnce, num_rows);
        parts.push_back(log10_mel_rows(frames.slice(0, first, end), filters));  // [t, 80]
    }
    return at::cat(parts, 0);  // [T, 80]
}

at::Tensor scale_mel(const at::Tensor& log10_mel, float reference) {
    return (at::clamp_min(log10_mel, reference - 8.0F) + 4.0F) / 4.0F;
}

}  // namespace vasa::speech
