// SPDX-License-Identifier: Apache-2.0
#include "speech/speech_tracks.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

#include <ATen/TensorOperators.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/stack.h>

namespace vasa::train {
namespace {

constexpr int kMelsPerFrame = 4;
/// Rows of features at the beginning of a stretch whose past is cut off, 0.5 s, and at its end,
/// whose future is.
constexpr int kCutPast = 12, kCutFuture = 2;

std::vector<std::size_t> shuffled(std::size_t count, core::Rng& rng) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = count; i > 1; --i) {
        std::swap(order[i - 1], order[rng.below(i)]);
    }
    return order;
}

void append_gap(double max_gap_s,
                const SpeechTrackParams& params,
                core::Rng& rng,
                std::vector<float>& speech) {
    const auto count =
        static_cast<std::size_t>(rng.uniform(0.0, max_gap_s) * speech::kSpeechRate_hz);
    const double spread =
        params.min_noise * std::pow(params.max_noise / params.min_noise, rng.uniform());
    for (std::size_t i = 0; i < count; ++i) {
        speech.push_back(static_cast<float>(spread * rng.normal()));
    }
}

SpeechTrack make_track(const std::vector<float>& speech,
                       const speech::SpeechEncoder& encoder,
                       const speech::LiveEncoderParts& live,
                       const core::StopToken& stop) {
    SpeechTrack track;
    track.mel = live.spectrogram(speech);
    speech::SpeechFeatures features = encoder.encode(speech, stop);
    const std::int64_t count =
        std::min<std::int64_t>(features.num_frames, track.mel.size(0) / kMelsPerFrame);
    track.features =
        at::from_blob(features.values.data(), {features.num_frames, speech::kFeatureWidth})
            .slice(0, 0, count)
            .to(at::kHalf);
    return track;
}

}  // namespace

std::vector<SpeechTrack> make_tracks(const std::vector<std::vector<float>>& clips,
                                     double max_gap_s,
                                     const speech::SpeechEncoder& encoder,
                                     const speech::LiveEncoderParts& live,
                                     core::Rng& rng,
                                     const core::StopToken& stop,
                                     const SpeechTrackParams& params) {
    std::vector<SpeechTrack> tracks;
    std::vector<float> speech;
    const auto length = static_cast<std::size_t>(params.length_s * speech::kSpeechRate_hz);
    for (const std::size_t index : shuffled(clips.size(), rng)) {
        append_gap(max_gap_s, params, rng, speech);
        const auto gain = static_cast<float>(rng.uniform(params.min_gain, params.max_gain));
        for (const float sample : clips[index]) {
            speech.push_back(gain * sample);
        }
        if (speech.size() >= length) {
            tracks.push_back(make_track(speech, encoder, live, stop));
            speech.clear();
        }
    }
    if (speech.size() > speech::kSpeechRate_hz) {
        tracks.push_back(make_track(speech, encoder, live, stop));
    }
    return tracks;
}

SpeechBatch sample_stretches(const std::vector<SpeechTrack>& tracks,
                             int size,
                             int num_frames,
                             core::Rng& rng) {
    std::vector<const SpeechTrack*> long_enough;
    for (const SpeechTrack& track : tracks) {
        if (track.features.size(0) >= num_frames) {
            long_enough.push_back(&track);
        }
    }
    if (long_enough.empty()) {
        throw core::Error(core::ErrorKind::Input,
                          "live speech encoder: no track of speech has " +
                              std::to_string(num_frames) + " frames");
    }
    std::vector<at::Tensor> mel, features, counts;
    for (int i = 0; i < size; ++i) {
        const SpeechTrack& track = *long_enough[rng.below(long_enough.size())];
        const auto last = static_cast<std::uint64_t>(track.features.size(0) - num_frames);
        const auto first = static_cast<std::int64_t>(rng.below(last + 1));
        mel.push_back(
            track.mel.slice(0, kMelsPerFrame * first, kMelsPerFrame * (first + num_frames)).t());
        features.push_back(track.features.slice(0, first, first + num_frames).to(at::kFloat));
        counts.push_back(at::ones({num_frames}));
        counts.back().slice(0, num_frames - kCutFuture).zero_();
        if (first > 0) {
            counts.back().slice(0, 0, kCutPast).zero_();
        }
    }
    return {at::stack(mel).contiguous(), at::stack(features), at::stack(counts)};
}

}  // namespace vasa::train
