// SPDX-License-Identifier: Apache-2.0
#include "synthesis/coarticulation.h"

#include "synthesis/visemes.h"

#include "vasa/speech/speech_analysis.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace vasa::drive {
namespace {

constexpr float kStep_s = 1.0F / speech::kAnalysisRate_hz;

// Decay of a phone's influence. The lips prepare rounding earlier than the jaw prepares opening.
constexpr float kJawBefore_s = 0.045F;
constexpr float kJawAfter_s = 0.050F;
constexpr float kLipBefore_s = 0.075F;
constexpr float kLipAfter_s = 0.060F;
// The tongue is the fastest of the articulators.
constexpr float kTongueBefore_s = 0.050F;
constexpr float kTongueAfter_s = 0.045F;
constexpr float kReach_s = 0.5F;  ///< no influence beyond

constexpr float kMinShut_s = 0.1F;  ///< every frame rate from 24 on then has two frames of it
constexpr float kMinBite_s = 0.06F;
constexpr float kMinTouch_s = 0.05F;
constexpr float kShutSigma = 1.7F;  ///< samples: lips take about 70 ms to meet
constexpr float kJawSigma = 1.8F;
constexpr float kLipSigma = 2.2F;
constexpr float kTongueSigma = 1.6F;

/// Target shape of a phone at a moment.
struct Target {
    Viseme shape;
    float centre_s, half_s;  ///< of the part in which it has its full weight
};

/// Personal habits and the moment's mood.
struct Style {
    float opening, rounding, spreading;
};

void scale(Viseme& viseme, float opening, float rounding, float spreading) {
    viseme.jaw *= opening;
    viseme.lower_down *= opening;
    viseme.upper_up *= opening;
    viseme.pucker *= rounding;
    viseme.funnel *= rounding;
    viseme.stretch *= spreading;
    viseme.smile *= spreading;
}

float mean_between(const core::Track& track, float begin_s, float end_s) {
    const auto last = static_cast<std::ptrdiff_t>(track.size()) - 1;
    const auto begin =
        std::clamp<std::ptrdiff_t>(std::lround(begin_s * speech::kAnalysisRate_hz), 0, last);
    const auto end =
        std::clamp<std::ptrdiff_t>(std::lround(end_s * speech::kAnalysisRate_hz), begin, last);
    float sum = 0;
    for (std::ptrdiff_t i = begin; i <= end; ++i) {
        sum += track[static_cast<std::size_t>(i)];
    }
    return sum / static_cast<float>(end - begin + 1);
}

void add_targets(const speech::Phone& phone,
                 const core::Track& loudness,
                 const Style& style,
                 core::Rng& rng,
                 std::vector<Target>& targets) {
    const auto start = static_cast<float>(phone.start_s);
    const auto length = static_cast<float>(phone.duration_s);
    Viseme shape = *find_viseme(phone.name);
    if (phone.name == "SIL") {
        // A breath between words hardly lets the mouth rest; a pause does.
        const float firm = core::smoothstep(0.05F, 0.25F, length);
        shape.jaw_dominance = shape.lip_dominance = 0.15F + 3.0F * firm;
        targets.push_back({shape, start + 0.5F * length, std::max(0.5F * length - 0.05F, 0.01F)});
        return;
    }
    const float loud = mean_between(loudness, start, start + length);
    const float emphasis = shape.is_vowel ? 0.94F + 0.06F * loud : 0.9F + 0.2F * loud;
    const auto vary = [&rng](double spread) {
        return static_cast<float>(std::clamp(1.0 + spread * rng.normal(), 0.6, 1.4));
    };
    const float open = style.opening * emphasis * vary(0.16);
    const float round = style.rounding * vary(0.08);
    const float spread = style.spreading * vary(0.12);
    scale(shape, open, round, spread);
    const Viseme* glide = find_glide(phone.name);
    if (glide == nullptr) {
        targets.push_back({shape, start + 0.5F * length, 0.25F * length});
        return;
    }
    Viseme end = *glide;
    scale(end, open, round, spread);
    targets.push_back({shape, start + 0.35F * length, 0.2F * length});
    end.jaw_dominance *= 0.7F;
    targets.push_back({end, start + 0.85F * length, 0.1F * length});
}

/// Weight of a target at a distance from its middle.
float dominance(float offset_s, float half_s, float before_s, float after_s) {
    const float beyond = std::max(std::abs(offset_s) - half_s, 0.0F);
    const float x = beyond / (offset_s < 0 ? before_s : after_s);
    return std::exp(-x * std::sqrt(std::min(x, 1.0F)));  // rounder at the top than a plain decay
}

using Member = core::Track SpokenMouth::*;
/// What a channel's timing follows.
enum Articulator { kJaw, kLips, kTongue, kNumArticulators };
struct Timing {
    float Viseme::*dominance;
    float before_s, after_s;
    float sigma;  ///< samples
};
constexpr std::array<Timing, kNumArticulators> kTimings = {{
    {&Viseme::jaw_dominance, kJawBefore_s, kJawAfter_s, kJawSigma},
    {&Viseme::lip_dominance, kLipBefore_s, kLipAfter_s, kLipSigma},
    {&Viseme::tongue_dominance, kTongueBefore_s, kTongueAfter_s, kTongueSigma},
}};
struct Channel {
    Member track;
    float Viseme::*value;
    Articulator articulator;
};
constexpr std::array<Channel, 11> kChannels = {{
    {&SpokenMouth::jaw, &Viseme::jaw, kJaw},
    {&SpokenMouth::pucker, &Viseme::pucker, kLips},
    {&SpokenMouth::funnel, &Viseme::funnel, kLips},
    {&SpokenMouth::stretch, &Viseme::stretch, kLips},
    {&SpokenMouth::smile, &Viseme::smile, kLips},
    {&SpokenMouth::lower_down, &Viseme::lower_down, kJaw},
    {&SpokenMouth::upper_up, &Viseme::upper_up, kJaw},
    {&SpokenMouth::shrug_lower, &Viseme::shrug_lower, kLips},
    {&SpokenMouth::tongue_out, &Viseme::tongue_out, kJaw},
    {&SpokenMouth::tongue_tip, &Viseme::tongue_tip, kTongue},
    {&SpokenMouth::tongue_blade, &Viseme::tongue_blade, kTongue},
}};

void blend(const std::vector<Target>& targets, SpokenMouth& mouth) {
    const std::size_t num = mouth.jaw.size();
    std::size_t first = 0;
    for (std::size_t i = 0; i < num; ++i) {
        const float now_s = static_cast<float>(i) * kStep_s;
        while (first < targets.size() &&
               targets[first].centre_s + targets[first].half_s + kReach_s < now_s) {
            ++first;
        }
        std::array<float, kChannels.size()> sums{};
        std::array<float, kNumArticulators> weights = {1e-6F, 1e-6F, 1e-6F};
        for (std::size_t k = first; k < targets.size(); ++k) {
            const Target& target = targets[k];
            if (target.centre_s - target.half_s - kReach_s > now_s) {
                break;
            }
            const float offset = now_s - target.centre_s;
            std::array<float, kNumArticulators> parts{};
            for (std::size_t a = 0; a < parts.size(); ++a) {
                const Timing& timing = kTimings[a];
                parts[a] = target.shape.*timing.dominance *
                           dominance(offset, target.half_s, timing.before_s, timing.after_s);
                weights[a] += parts[a];
            }
            for (std::size_t c = 0; c < kChannels.size(); ++c) {
                sums[c] += parts[kChannels[c].articulator] * target.shape.*kChannels[c].value;
            }
        }
        for (std::size_t c = 0; c < kChannels.size(); ++c) {
            (mouth.*kChannels[c].track)[i] = sums[c] / weights[kChannels[c].articulator];
        }
    }
}

/// Sets 1 while the phone lasts; a phone shorter than `min_s` is lengthened to it.
void hold(core::Track& track, const speech::Phone& phone, float min_s) {
    const auto length = static_cast<float>(phone.duration_s);
    const float spare = std::max(min_s - length, 0.0F);
    // Half of it before the phone: lips that close late would still be shut in the next phone.
    const float begin_s = static_cast<float>(phone.start_s) - 0.5F * spare;
    const float end_s = begin_s + std::max(length, min_s);
    const int last = static_cast<int>(track.size()) - 1;
    const int begin =
        std::clamp(static_cast<int>(std::lround(begin_s * speech::kAnalysisRate_hz)), 0, last);
    const int end =
        std::clamp(static_cast<int>(std::lround(end_s * speech::kAnalysisRate_hz)), 0, last);
    std::fill(track.begin() + begin, track.begin() + end + 1, 1.0F);
}

core::Track soften(const core::Track& track) {
    core::Track result = core::smooth_gaussian(track, kShutSigma);
    for (float& value : result) {
        value = core::smoothstep(0.02F, 0.7F, value);
    }
    return result;
}

}  // namespace

SpokenMouth coarticulate(const std::vector<speech::Phone>& phones,
                         const core::Track& loudness,
                         float amplitude,
                         const core::Rng& rng) {
    core::Rng habit = rng.fork(1);
    const Style style = {static_cast<float>(habit.uniform(0.68, 0.86)),
                         static_cast<float>(habit.uniform(1.0, 1.25)),
                         static_cast<float>(habit.uniform(0.95, 1.45))};
    SpokenMouth mouth;
    for (const Channel& channel : kChannels) {
        (mouth.*channel.track).assign(loudness.size(), 0.0F);
    }
    mouth.shut.assign(loudness.size(), 0.0F);
    mouth.bite.assign(loudness.size(), 0.0F);
    mouth.ridge.assign(loudness.size(), 0.0F);
    mouth.palate.assign(loudness.size(), 0.0F);
    if (loudness.empty()) {
        return mouth;
    }
    core::Rng variation = rng.fork(2);
    std::vector<Target> targets;
    for (const speech::Phone& phone : phones) {
        const Viseme* viseme = find_viseme(phone.name);
        if (viseme == nullptr) {
            continue;  // load_phones() accepts no such name
        }
        add_targets(phone, loudness, style, variation, targets);
        if (viseme->shuts_lips) {
            hold(mouth.shut, phone, kMinShut_s);
        }
        if (viseme->bites_lip) {
            hold(mouth.bite, phone, kMinBite_s);
        }
        if (viseme->touches_ridge) {
            hold(mouth.ridge, phone, kMinTouch_s);
        }
        if (viseme->touches_palate) {
            hold(mouth.palate, phone, kMinTouch_s);
        }
    }
    blend(targets, mouth);
    mouth.shut = soften(mouth.shut);
    mouth.bite = soften(mouth.bite);
    mouth.ridge = soften(mouth.ridge);
    mouth.palate = soften(mouth.palate);
    for (const Channel& channel : kChannels) {
        core::Track& track = mouth.*channel.track;
        track = core::smooth_gaussian(track, kTimings[channel.articulator].sigma);
        const float gain = channel.articulator == kTongue ? 1.0F : amplitude;
        for (float& value : track) {
            value = std::clamp(gain * value, 0.0F, 1.0F);
        }
    }
    return mouth;
}

}  // namespace vasa::drive
