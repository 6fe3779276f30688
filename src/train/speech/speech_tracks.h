// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/rng.h"
#include "vasa/core/stop_token.h"
#include "vasa/speech/live_encoder_training.h"
#include "vasa/speech/speech_encoder.h"

#include <vector>

#include <ATen/core/Tensor.h>

namespace vasa::train {

/// Speech as the live encoder hears it, with the features that it is to give.
struct SpeechTrack {
    at::Tensor mel;       ///< [T, 80] at 100 Hz
    at::Tensor features;  ///< [T / 4, kFeatureWidth] f16
};

struct SpeechTrackParams {
    double length_s = 30.0;                     ///< of a track: level and past of a stream in use
    double min_gain = 0.5, max_gain = 1.5;      ///< speakers differ in level
    double min_noise = 1e-5, max_noise = 1e-3;  ///< spread of the noise in gaps, full scale 1
};

/// Clips in random order, joined to tracks by silences of up to `max_gap_s`.
std::vector<SpeechTrack> make_tracks(const std::vector<std::vector<float>>& clips,
                                     double max_gap_s,
                                     const speech::SpeechEncoder& encoder,
                                     const speech::LiveEncoderParts& live,
                                     core::Rng& rng,
                                     const core::StopToken& stop,
                                     const SpeechTrackParams& params = {});

/// Stretches of the tracks, for one step.
struct SpeechBatch {
    at::Tensor mel;       ///< [B, 80, 4 T]
    at::Tensor features;  ///< [B, T, kFeatureWidth] f32
    at::Tensor counts;    ///< [B, T] 1 for rows that have their past and future, 0 for others
};

/// Random stretches of `num_frames` rows of features. @throws Error(Input) if no track is that long
SpeechBatch sample_stretches(const std::vector<SpeechTrack>& tracks,
                             int size,
                             int num_frames,
                             core::Rng& rng);

}  // namespace vasa::train
