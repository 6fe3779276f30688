// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/media/audio_file.h"

#include <cmath>
#include <cstdint>
#include <vector>

constexpr double kPi = 3.14159265358979323846;

/// A sine in every channel; channel c has the amplitude / (c + 1).
inline vasa::media::AudioClip make_sine(
    int sample_rate, int channels, std::int64_t num_frames, double frequency_hz, double amplitude) {
    vasa::media::AudioClip clip{sample_rate, channels, {}};
    for (std::int64_t i = 0; i < num_frames; ++i) {
        const double value =
            amplitude * std::sin(2.0 * kPi * frequency_hz * static_cast<double>(i) / sample_rate);
        for (int c = 0; c < channels; ++c) {
            clip.samples.push_back(static_cast<float>(value / (c + 1)));
        }
    }
    return clip;
}

struct Tone {
    double amplitude = 0.0;
    double delay_s = 0.0;  ///< relative to a sine that starts at 0, within half a period
};

/// Amplitude and delay of one frequency in samples [begin, end).
inline Tone measure_tone(const std::vector<float>& samples,
                         int sample_rate,
                         double frequency_hz,
                         std::size_t begin,
                         std::size_t end) {
    double sine = 0.0;
    double cosine = 0.0;
    for (std::size_t i = begin; i < end; ++i) {
        const double phase = 2.0 * kPi * frequency_hz * static_cast<double>(i) / sample_rate;
        sine += samples[i] * std::sin(phase);
        cosine += samples[i] * std::cos(phase);
    }
    const double scale = 2.0 / static_cast<double>(end - begin);
    return {scale * std::hypot(sine, cosine),
            -std::atan2(cosine, sine) / (2.0 * kPi * frequency_hz)};
}
