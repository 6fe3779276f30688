// SPDX-License-Identifier: Apache-2.0
#include "vasa/speech/speech_analysis.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>

#include <unsupported/Eigen/FFT>

namespace vasa::speech {

const std::array<float, kNumBands + 1> kBandEdges_hz = {
    94,   219,  344,  469,  594,  719,  844,  969,  1094, 1219, 1344,
    1469, 1594, 1719, 1844, 1969, 2094, 2219, 2344, 2469, 2594, 2719,
    2844, 2969, 3250, 3500, 3900, 4400, 5000, 5600, 6200, 6900, 7600};

namespace {

constexpr int kHop = kSpeechRate_hz / kAnalysisRate_hz;
constexpr int kWindow = 400;
constexpr int kFftSize = 512;
constexpr double kPi = 3.14159265358979323846;

// Pitch search at a quarter of the rate, where speech has its harmonics.
constexpr int kDecimation = 4;
constexpr int kPitchRate_hz = kSpeechRate_hz / kDecimation;
constexpr int kMinLag = kPitchRate_hz / 400;
constexpr int kMaxLag = kPitchRate_hz / 70;
constexpr int kPitchWindow = 120;

constexpr float kVoicedPeriodicity = 0.6F;
constexpr int kNoiseBlock = 50;       // rows, 0.5 s
constexpr int kNoiseReach = 4;        // blocks on each side
constexpr float kMinimumBias = 2.0F;  // mean over minimum of smoothed stationary noise
constexpr float kInfinite = std::numeric_limits<float>::infinity();

void measure_power(const std::vector<float>& speech, BandSpectrum& spectrum) {
    std::array<float, kWindow> window{};
    for (int i = 0; i < kWindow; ++i) {
        window[i] = static_cast<float>(0.5 - 0.5 * std::cos(2.0 * kPi * (i + 0.5) / kWindow));
    }
    std::array<int, kNumBands + 1> first_bin{};
    for (int b = 0; b <= kNumBands; ++b) {
        first_bin[b] = static_cast<int>(
            std::lround(kBandEdges_hz[b] * static_cast<float>(kFftSize) / kSpeechRate_hz));
    }
    Eigen::FFT<float> fft;
    fft.SetFlag(Eigen::FFT<float>::HalfSpectrum);
    std::array<float, kFftSize> samples{};
    // Full size although only half is used: the compiler cannot see that the flag is set.
    std::array<std::complex<float>, kFftSize> bins{};
    const int num_samples = static_cast<int>(speech.size());
    for (int row = 0; row < static_cast<int>(spectrum.power.size()); ++row) {
        const int start = row * kHop - kWindow / 2;
        for (int i = 0; i < kWindow; ++i) {
            const int at = start + i;
            samples[i] = at >= 0 && at < num_samples ? speech[at] * window[i] : 0.0F;
        }
        fft.fwd(bins.data(), samples.data(), kFftSize);
        for (int b = 0; b < kNumBands; ++b) {
            float sum = 0.0F;
            for (int k = first_bin[b]; k < first_bin[b + 1]; ++k) {
                sum += std::norm(bins[k]);
            }
            spectrum.power[row][b] = sum / (kWindow * kWindow);
        }
    }
}

/// Speech below 900 Hz at kPitchRate_hz, without frequencies below the voice.
std::vector<float> decimate(const std::vector<float>& speech) {
    constexpr int kRadius = 24;
    std::array<float, 2 * kRadius + 1> taps{};
    for (int k = -kRadius; k <= kRadius; ++k) {
        const double hann = 0.5 + 0.5 * std::cos(kPi * k / (kRadius + 1));
        const auto low_pass = [&](double cut_hz) {
            const double x = 2.0 * cut_hz / kSpeechRate_hz;
            return k == 0 ? x : std::sin(kPi * x * k) / (kPi * k);
        };
        taps[k + kRadius] = static_cast<float>(hann * low_pass(900.0));
    }
    const int num_samples = static_cast<int>(speech.size());
    std::vector<float> result(speech.size() / kDecimation + 1, 0.0F);
    for (int i = 0; i < static_cast<int>(result.size()); ++i) {
        const int start = i * kDecimation - kRadius;
        const int from = std::max(0, -start);
        const int to = std::min(2 * kRadius + 1, num_samples - start);
        float sum = 0.0F;
        for (int k = from; k < to; ++k) {
            sum += taps[k] * speech[start + k];
        }
        result[i] = sum;
    }
    // One-pole high-pass at about 60 Hz against hum and rumble.
    constexpr float kPole = 0.91F;
    float low = 0.0F;
    for (float& sample : result) {
        low += (1.0F - kPole) * (sample - low);
        sample -= low;
    }
    return result;
}

/// Largest normalised cross-correlation of two neighbouring windows over the lags of a voice.
core::Track measure_periodicity(const std::vector<float>& speech, int num_rows) {
    const std::vector<float> low = decimate(speech);
    const int num = static_cast<int>(low.size());
    std::array<float, kPitchWindow + kMaxLag> x{};
    core::Track result(num_rows, 0.0F);
    for (int row = 0; row < num_rows; ++row) {
        const int start = row * kHop / kDecimation - (kPitchWindow + kMaxLag) / 2;
        for (int i = 0; i < kPitchWindow + kMaxLag; ++i) {
            const int at = start + i;
            x[i] = at >= 0 && at < num ? low[at] : 0.0F;
        }
        float energy = 0.0F;
        float shifted = 0.0F;
        for (int i = 0; i < kPitchWindow; ++i) {
            energy += x[i] * x[i];
            shifted += x[i + kMinLag] * x[i + kMinLag];
        }
        for (int lag = kMinLag; lag < kMaxLag; ++lag) {
            float product = 0.0F;
            for (int i = 0; i < kPitchWindow; ++i) {
                product += x[i] * x[i + lag];
            }
            const float scale = energy * std::max(shifted, 0.0F);
            if (scale > 1e-20F) {
                result[row] = std::max(result[row], product / std::sqrt(scale));
            }
            shifted += x[lag + kPitchWindow] * x[lag + kPitchWindow] - x[lag] * x[lag];
        }
    }
    return result;
}

/// Minimum statistics over the unvoiced rows (Martin, "Noise power spectral density estimation
/// based on optimal smoothing and minimum statistics", 2001, simplified: both sides in time, fixed
/// smoothing).
void estimate_noise(BandSpectrum& spectrum) {
    const int num_rows = static_cast<int>(spectrum.power.size());
    const int num_blocks = (num_rows + kNoiseBlock - 1) / kNoiseBlock;
    core::Track band(num_rows);
    std::vector<float> block_min(num_blocks);
    std::vector<float> floor(num_blocks);
    for (int b = 0; b < kNumBands; ++b) {
        for (int row = 0; row < num_rows; ++row) {
            band[row] = spectrum.power[row][b];
        }
        const core::Track smooth = core::smooth_wide(band, 3.5F);
        std::fill(block_min.begin(), block_min.end(), kInfinite);
        float lowest = kInfinite;
        for (int row = 0; row < num_rows; ++row) {
            if (spectrum.periodicity[row] < kVoicedPeriodicity) {
                float& block = block_min[row / kNoiseBlock];
                block = std::min(block, smooth[row]);
                lowest = std::min(lowest, smooth[row]);
            }
        }
        for (int i = 0; i < num_blocks; ++i) {
            float around = kInfinite;
            for (int k = std::max(0, i - kNoiseReach); k <= i + kNoiseReach && k < num_blocks;
                 ++k) {
                around = std::min(around, block_min[k]);
            }
            // If all nearby rows are voiced: the clip's minimum, or no noise at all.
            floor[i] = std::isfinite(around) ? around : std::isfinite(lowest) ? lowest : 0.0F;
        }
        for (int row = 0; row < num_rows; ++row) {
            spectrum.noise[row][b] = kMinimumBias * floor[row / kNoiseBlock];
        }
    }
}

}  // namespace

BandSpectrum analyse_bands(const std::vector<float>& speech, int num_rows) {
    BandSpectrum spectrum;
    spectrum.power.resize(num_rows);
    spectrum.noise.resize(num_rows);
    measure_power(speech, spectrum);
    spectrum.periodicity = measure_periodicity(speech, num_rows);
    estimate_noise(spectrum);
    return spectrum;
}

}  // namespace vasa::speech
