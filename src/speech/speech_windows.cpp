// SPDX-License-Identifier: Apache-2.0
#include "speech_windows.h"

#include "log_mel.h"

#include "vasa/speech/speech_encoder.h"

#include <algorithm>
#include <cstdint>

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>

namespace vasa::speech {
namespace {

constexpr std::int64_t kMelsPerFrame = kMelRate_hz / kFeatureRate_hz;
constexpr std::int64_t kMemory = std::int64_t{30} * kMelRate_hz;
/// log10 of the loudest mel power of a usual recording, the target level for all.
constexpr float kUsualLevel = 1.5F;
/// Recordings whose loudest moment is below this (45 dB under the usual one) get no further gain.
constexpr float kFaintLevel = kUsualLevel - 4.5F;

}  // namespace

int num_feature_frames(std::size_t num_samples) {
    constexpr std::size_t kSamplesPerFrame = kSpeechRate_hz / kFeatureRate_hz;
    return static_cast<int>((num_samples + kSamplesPerFrame - 1) / kSamplesPerFrame);
}

std::vector<SpeechWindow> lay_windows(int num_frames) {
    std::vector<SpeechWindow> windows;
    for (int first = 0; first < num_frames; first += kWindowNew) {
        windows.push_back({first, std::min(kWindowNew, num_frames - first)});
    }
    return windows;
}

at::Tensor cut_window(const at::Tensor& log10_mel, const SpeechWindow& window) {
    const std::int64_t num_rows = log10_mel.size(0);
    const std::int64_t begin = (window.first_frame - kWindowPast) * kMelsPerFrame;
    const std::int64_t end = begin + kWindowLength * kMelsPerFrame;
    const std::int64_t from = std::clamp<std::int64_t>(begin, 0, num_rows);
    const std::int64_t to = std::clamp<std::int64_t>(end, from, num_rows);
    const std::int64_t heard = std::max<std::int64_t>(0, to - kMemory);
    float reference = kFaintLevel;
    if (to > heard) {
        reference = std::max(reference, log10_mel.slice(0, heard, to).max().item<float>());
    }
    const float shift = kUsualLevel - reference;
    at::Tensor rows = at::full({end - begin, kNumMels}, kUsualLevel - 8.0F, log10_mel.options());
    if (to > from) {
        rows.slice(0, from - begin, to - begin).copy_(log10_mel.slice(0, from, to) + shift);
    }
    return scale_mel(rows, kUsualLevel);  // [4 · kWindowLength, 80]
}

}  // namespace vasa::speech
