// SPDX-License-Identifier: Apache-2.0
#include "vasa/speech/speech_analysis.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace vasa::speech {
namespace {

using Row = std::array<float, kNumBands>;

constexpr float kSilence_power = 1e-9F;    // -90 dB of full scale
constexpr float kDynamicRange = 1e-5F;     // 50 dB below the speech counts as silence
constexpr float kMinPeriodicity = 0.45F;   // below: noise
constexpr float kFullPeriodicity = 0.75F;  // above: certainly voiced
constexpr float kGlobalWeight_s = 3.0F;    // weight of the clip's mean level against the nearby one

float band_centre_hz(int band) {
    return 0.5F * (kBandEdges_hz[band] + kBandEdges_hz[band + 1]);
}

float sum_between(const Row& row, float low_hz, float high_hz) {
    float sum = 0.0F;
    for (int b = 0; b < kNumBands; ++b) {
        const float centre = band_centre_hz(b);
        if (centre >= low_hz && centre < high_hz) {
            sum += row[b];
        }
    }
    return sum;
}

/// Mean frequency between two limits, each band weighted with power · frequency^tilt.
float centroid_hz(const Row& row, float low_hz, float high_hz, int tilt) {
    float sum = 1e-20F;
    float moment = 1e-20F * 0.5F * (low_hz + high_hz);
    for (int b = 0; b < kNumBands; ++b) {
        const float centre = band_centre_hz(b);
        if (centre >= low_hz && centre < high_hz) {
            const float khz = 1e-3F * centre;
            const float weight = row[b] * (tilt == 2 ? khz * khz : 1.0F);
            sum += weight;
            moment += weight * centre;
        }
    }
    return moment / sum;
}

core::Track to_db(const core::Track& power) {
    core::Track result(power.size());
    for (std::size_t i = 0; i < power.size(); ++i) {
        result[i] = 10.0F * std::log10(power[i] + 1e-12F);
    }
    return result;
}

/// Raises the noise to at least the silence level of this clip.
void limit_dynamic_range(BandSpectrum& spectrum) {
    std::vector<float> totals;
    totals.reserve(spectrum.power.size());
    for (const Row& row : spectrum.power) {
        totals.push_back(sum_between(row, 0.0F, 8000.0F));
    }
    const float loud = core::percentile(totals, 0.95);
    const float min_noise = std::max(kDynamicRange * loud, kSilence_power) / kNumBands;
    for (Row& row : spectrum.noise) {
        for (float& value : row) {
            value = std::max(value, min_noise);
        }
    }
}

/// How far the rows exceed the noise: the mean over the bands of power / noise.
core::Track measure_activity(const BandSpectrum& spectrum) {
    core::Track snr(spectrum.power.size());
    for (std::size_t i = 0; i < snr.size(); ++i) {
        float sum = 0.0F;
        for (int b = 0; b < kNumBands; ++b) {
            sum += spectrum.power[i][b] / spectrum.noise[i][b];
        }
        snr[i] = std::min(sum / kNumBands, 1e4F);
    }
    snr = core::smooth_gaussian(snr, 1.5F);
    for (float& value : snr) {
        value = core::smoothstep(3.0F, 9.0F, value);
    }
    return snr;
}

std::vector<Row> subtract_noise(const BandSpectrum& spectrum) {
    std::vector<Row> rows = spectrum.power;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (int b = 0; b < kNumBands; ++b) {
            rows[i][b] = std::max(rows[i][b] - spectrum.noise[i][b], 0.0F);
        }
    }
    return rows;
}

/// Level relative to the mean level of nearby speech.
void measure_level(const core::Track& power, SpeechTraits& traits) {
    const core::Track level = to_db(core::smooth_gaussian(power, 2.0F));
    std::vector<float> active_levels;
    for (std::size_t i = 0; i < level.size(); ++i) {
        if (traits.activity[i] > 0.5F) {
            active_levels.push_back(level[i]);
        }
    }
    const float high = core::percentile(active_levels, 0.9);
    core::Track weight(level.size());
    core::Track weighted(level.size());
    double sum = 1e-6;
    double sum_weighted = 1e-6 * high;
    for (std::size_t i = 0; i < level.size(); ++i) {
        weight[i] = traits.activity[i] * core::smoothstep(high - 25.0F, high - 10.0F, level[i]);
        weighted[i] = weight[i] * (level[i] - high);
        sum += weight[i];
        sum_weighted += static_cast<double>(weight[i]) * level[i];
    }
    const auto mean = static_cast<float>(sum_weighted / sum) - high;
    const float sigma = 2.0F * kAnalysisRate_hz;
    const core::Track near_weight = core::smooth_wide(weight, sigma);
    const core::Track near_weighted = core::smooth_wide(weighted, sigma);
    const float prior = kGlobalWeight_s / 10.0F;
    traits.level_db.resize(level.size());
    traits.loudness.resize(level.size());
    for (std::size_t i = 0; i < level.size(); ++i) {
        const float reference = high + (near_weighted[i] + prior * mean) / (near_weight[i] + prior);
        traits.level_db[i] = level[i] - reference;
        traits.loudness[i] =
            traits.activity[i] * core::smoothstep(-20.0F, 8.0F, traits.level_db[i]);
    }
}

/// Voicing, vowels and fricatives.
void measure_sources(const BandSpectrum& spectrum,
                     const std::vector<Row>& clean,
                     SpeechTraits& traits) {
    const std::size_t num = clean.size();
    core::Track voiced(num);
    core::Track tilt(num);
    double sum_active = 1e-6;
    double sum_voiced = 0.0;
    for (std::size_t i = 0; i < num; ++i) {
        const float low = sum_between(clean[i], 200.0F, 2900.0F);
        const float high = sum_between(clean[i], 3200.0F, 7600.0F);
        tilt[i] = high / (low + high + 1e-15F);
        voiced[i] = core::smoothstep(kMinPeriodicity, kFullPeriodicity, spectrum.periodicity[i]);
        const float weight = traits.loudness[i] * (1.0F - core::smoothstep(0.3F, 0.6F, tilt[i]));
        sum_active += weight;
        sum_voiced += weight * voiced[i];
    }
    // A whisper has almost no voicing: then only the spectrum identifies vowels.
    const float whispered =
        1.0F - core::smoothstep(0.15F, 0.4F, static_cast<float>(sum_voiced / sum_active));
    traits.hiss.resize(num);
    traits.vowel.resize(num);
    for (std::size_t i = 0; i < num; ++i) {
        traits.hiss[i] = traits.activity[i] * core::smoothstep(0.25F, 0.6F, tilt[i]);
        const float source = std::max(voiced[i], 0.2F + 0.8F * whispered);
        traits.vowel[i] =
            traits.activity[i] * source * (1.0F - core::smoothstep(0.2F, 0.5F, tilt[i]));
    }
}

/// Mean and standard deviation, weighted.
struct Moments {
    float mean, deviation;
};

Moments weighted_moments(const core::Track& values,
                         const core::Track& weights,
                         Moments prior,
                         float weight) {
    double sum = weight;
    double first = weight * prior.mean;
    double second = weight * (prior.mean * prior.mean + prior.deviation * prior.deviation);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double w = weights[i];
        sum += w;
        first += w * values[i];
        second += w * values[i] * values[i];
    }
    const double mean = first / sum;
    const double variance = std::max(second / sum - mean * mean, 1.0);
    return {static_cast<float>(mean), static_cast<float>(std::sqrt(variance))};
}

/// Formant regions, half absolute and half relative to the speaker's own.
void measure_formants(const std::vector<Row>& clean, SpeechTraits& traits) {
    constexpr Moments kFirst = {470.0F, 90.0F};
    constexpr Moments kSecond = {1650.0F, 330.0F};
    constexpr float kPriorRows = 200.0F;
    const std::size_t num = clean.size();
    core::Track first(num);
    core::Track second(num);
    core::Track weights(num);
    for (std::size_t i = 0; i < num; ++i) {
        first[i] = centroid_hz(clean[i], 220.0F, 1000.0F, 0);
        second[i] = centroid_hz(clean[i], 700.0F, 2900.0F, 2);
        weights[i] = traits.vowel[i] * traits.loudness[i];
    }
    const Moments own_first = weighted_moments(first, weights, kFirst, kPriorRows);
    const Moments own_second = weighted_moments(second, weights, kSecond, kPriorRows);
    const auto standing = [](float value, Moments general, Moments own) {
        return 0.5F * ((value - general.mean) / general.deviation) +
               0.5F * ((value - own.mean) / own.deviation);
    };
    traits.openness.resize(num);
    traits.frontness.resize(num);
    for (std::size_t i = 0; i < num; ++i) {
        traits.openness[i] = core::smoothstep(-2.0F, 2.0F, standing(first[i], kFirst, own_first));
        traits.frontness[i] =
            2.0F * core::smoothstep(-2.2F, 2.2F, standing(second[i], kSecond, own_second)) - 1.0F;
    }
}

/// Lips shut: stops are dips of the middle of the spectrum between two louder parts at most 0.12 s
/// away; nasals are voiced, weak in the middle against one of their neighbours and against their
/// own low end. A high second formant rather means a closure by the tongue ("t", "n").
void measure_closures(const std::vector<Row>& clean,
                      const core::Track& power,
                      SpeechTraits& traits) {
    constexpr int kReach = 12;
    const std::size_t num = clean.size();
    core::Track body(num);
    for (std::size_t i = 0; i < num; ++i) {
        body[i] = sum_between(clean[i], 530.0F, 3200.0F);
    }
    body = core::smooth_gaussian(body, 1.0F);
    const float loud = core::percentile(body, 0.95);
    for (float& value : body) {
        value = std::max(value, 1e-4F * loud);
    }
    const core::Track level = to_db(body);
    const core::Track whole = to_db(core::smooth_gaussian(power, 1.0F));
    const core::Track before = core::sliding_max(level, kReach, 0);
    const core::Track after = core::sliding_max(level, 0, kReach);
    const core::Track around = core::sliding_max(traits.vowel, kReach, kReach);
    traits.closure.resize(num);
    for (std::size_t i = 0; i < num; ++i) {
        const float front = traits.frontness[i];
        const float stop = core::smoothstep(7.0F, 18.0F, std::min(before[i], after[i]) - level[i]) *
                           core::smoothstep(0.2F, 0.6F, around[i]) * (1.0F - traits.hiss[i]) *
                           (1.0F - 0.6F * core::smoothstep(0.4F, 0.9F, front));
        const float nasal =
            core::smoothstep(7.0F, 14.0F, std::max(before[i], after[i]) - level[i]) *
            core::smoothstep(11.0F, 19.0F, whole[i] - level[i]) * traits.vowel[i] *
            (1.0F - core::smoothstep(0.0F, 0.7F, front));
        traits.closure[i] = std::max(stop, nasal);
    }
}

}  // namespace

SpeechTraits analyse_speech(const std::vector<float>& speech) {
    const int hop = kSpeechRate_hz / kAnalysisRate_hz;
    const int num_rows = static_cast<int>((speech.size() + hop - 1) / hop) + 1;
    BandSpectrum spectrum = analyse_bands(speech, num_rows);
    limit_dynamic_range(spectrum);
    const std::vector<Row> clean = subtract_noise(spectrum);
    core::Track power(clean.size());
    for (std::size_t i = 0; i < power.size(); ++i) {
        power[i] = sum_between(clean[i], 90.0F, 7600.0F);
    }
    SpeechTraits traits;
    traits.activity = measure_activity(spectrum);
    measure_level(power, traits);
    measure_sources(spectrum, clean, traits);
    measure_formants(clean, traits);
    measure_closures(clean, power, traits);
    return traits;
}

}  // namespace vasa::speech
