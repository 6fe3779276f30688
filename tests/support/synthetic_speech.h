// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/rng.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace vasa::test {

/// Makes speech-like audio at 16 kHz by appending pieces: a glottal pulse train or noise through
/// formant resonators. The same seed gives the same samples.
class SyntheticSpeech {
  public:
    static constexpr int kRate_hz = 16000;
    static constexpr double kPi = 3.14159265358979323846;
    struct Formants {
        double first_hz, second_hz, third_hz;
    };
    static constexpr Formants kA = {750, 1250, 2600};
    static constexpr Formants kI = {300, 2300, 3000};
    static constexpr Formants kU = {320, 850, 2300};
    static constexpr Formants kE = {550, 1800, 2550};

    explicit SyntheticSpeech(std::uint64_t seed, double pitch_hz = 120.0)
        : rng_(seed), pitch_hz_(pitch_hz) {}

    const std::vector<float>& samples() const { return samples_; }
    double duration_s() const { return static_cast<double>(samples_.size()) / kRate_hz; }

    SyntheticSpeech& silence(double seconds) {
        samples_.resize(samples_.size() + count(seconds), 0.0F);
        return *this;
    }

    /// @param level  RMS, 1 = full scale; fades in and out over 20 ms
    SyntheticSpeech& vowel(const Formants& formants, double seconds, double level = 0.1) {
        std::vector<double> source(count(seconds));
        double phase = 0.0;
        double low = 0.0;
        for (double& sample : source) {
            phase += pitch_hz_ * (1.0 + 0.01 * rng_.normal()) / kRate_hz;
            const bool pulse = phase >= 1.0;
            phase -= pulse ? 1.0 : 0.0;
            low += 0.25 * ((pulse ? 1.0 : 0.0) - low);  // glottal spectrum falls with frequency
            sample = low + 1e-4 * rng_.normal();
        }
        return append_filtered(source, formants, level);
    }

    /// A vowel without voice.
    SyntheticSpeech& whisper(const Formants& formants, double seconds, double level = 0.02) {
        std::vector<double> source(count(seconds));
        for (double& sample : source) {
            sample = rng_.normal();
        }
        return append_filtered(source, formants, level);
    }

    /// Noise above about 4 kHz, as in "s".
    SyntheticSpeech& fricative(double seconds, double level = 0.04) {
        std::vector<double> piece(count(seconds));
        double last = 0.0;
        double before = 0.0;
        for (double& sample : piece) {
            const double noise = rng_.normal();
            sample = noise - 2.0 * last + before;
            before = last;
            last = noise;
        }
        return append(piece, level);
    }

    /// Syllables "da" of varying vowel, length and loudness with pauses, for long clips.
    SyntheticSpeech& babble(double seconds) {
        const std::array<Formants, 4> vowels = {kA, kI, kU, kE};
        const double end_s = duration_s() + seconds;
        int syllables_left = 5;
        while (duration_s() < end_s) {
            vowel(vowels[rng_.below(4)], rng_.uniform(0.12, 0.28), rng_.uniform(0.04, 0.2));
            silence(rng_.uniform(0.05, 0.09));
            if (--syllables_left <= 0) {
                silence(rng_.uniform(0.4, 1.0));
                syllables_left = 3 + static_cast<int>(rng_.below(6));
            }
        }
        samples_.resize(count(end_s));
        return *this;
    }

    /// Adds white noise to all samples so far.
    SyntheticSpeech& add_noise(double level) {
        for (float& sample : samples_) {
            sample += static_cast<float>(level * rng_.normal());
        }
        return *this;
    }

    SyntheticSpeech& gain(float factor) {
        for (float& sample : samples_) {
            sample *= factor;
        }
        return *this;
    }

  private:
    static std::size_t count(double seconds) {
        return static_cast<std::size_t>(std::lround(seconds * kRate_hz));
    }

    SyntheticSpeech& append_filtered(const std::vector<double>& source,
                                     const Formants& formants,
                                     double level) {
        std::vector<double> piece = source;
        for (const double hz : {formants.first_hz, formants.second_hz, formants.third_hz}) {
            // Resonators in series, as in Klatt (1980).
            const double radius = std::exp(-kPi * (60.0 + 0.04 * hz) / kRate_hz);
            const double b = 2.0 * radius * std::cos(2.0 * kPi * hz / kRate_hz);
            const double c = -radius * radius;
            double last = 0.0;
            double before = 0.0;
            for (double& sample : piece) {
                sample = (1.0 - b - c) * sample + b * last + c * before;
                before = last;
                last = sample;
            }
        }
        return append(piece, level);
    }

    SyntheticSpeech& append(const std::vector<double>& piece, double level) {
        double energy = 1e-20;
        for (const double sample : piece) {
            energy += sample * sample;
        }
        const double scale = level / std::sqrt(energy / static_cast<double>(piece.size()));
        const double fade = 0.02 * kRate_hz;
        for (std::size_t i = 0; i < piece.size(); ++i) {
            const double edge = static_cast<double>(std::min(i, piece.size() - 1 - i));
            samples_.push_back(static_cast<float>(scale * piece[i] * std::min(edge / fade, 1.0)));
        }
        return *this;
    }

    core::Rng rng_;
    double pitch_hz_;
    std::vector<float> samples_;
};

}  // namespace vasa::test
