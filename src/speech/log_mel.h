// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

namespace vasa::speech {

constexpr int kMelRate_hz = 100;
constexpr int kNumMels = 80;
constexpr int kFftSize = 400;
constexpr int kHop = 160;

/// Decimal logarithm of the mel powers, before Whisper's clamping and scaling: one row every 10 ms,
/// row i centred at i · 10 ms, [samples / 160, 80] f32. Reflected at the ends, as Whisper does.
///
/// @param filters  [80, 201] f32
/// Source: Radford et al., Robust speech recognition via large-scale weak supervision (2022), §2.2.
at::Tensor log10_mel(const std::vector<float>& speech, const at::Tensor& filters);

/// The same for windows of speech that are already cut, [T, 400] -> [T, 80].
at::Tensor log10_mel_rows(const at::Tensor& windows, const at::Tensor& filters);

/// Clamps to 8 decades below `reference` and scales as Whisper does: (x + 4) / 4.
at::Tensor scale_mel(const at::Tensor& log10_mel, float reference);

}  // namespace vasa::speech
