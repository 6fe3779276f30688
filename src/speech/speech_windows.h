// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include <ATen/core/Tensor.h>

namespace vasa::speech {

/// A window of the encoder in feature frames (25 Hz): past frames, new frames (the encoded ones)
/// and future frames. New and future frames together are less than a second.
constexpr int kWindowPast = 64;
constexpr int kWindowNew = 16;
constexpr int kWindowFuture = 8;
constexpr int kWindowLength = kWindowPast + kWindowNew + kWindowFuture;

struct SpeechWindow {
    int first_frame = 0;  ///< first new frame
    int num_frames = 0;   ///< at most kWindowNew
};

/// ceil(samples · kFeatureRate_hz / kSpeechRate_hz)
int num_feature_frames(std::size_t num_samples);

/// Windows whose new frames cover `num_frames` frames without overlap.
std::vector<SpeechWindow> lay_windows(int num_frames);

/// The window's scaled log-mel [4 · kWindowLength, 80], silent before and after the clip. The level
/// is normalised by the loudest moment of the last 30 s up to the window's end, unless all is so
/// faint that it counts as silence.
///
/// @param log10_mel  [T, 80] of the whole clip
at::Tensor cut_window(const at::Tensor& log10_mel, const SpeechWindow& window);

}  // namespace vasa::speech
