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
constexpr float kReach_s = 0.5F;  ///< no influence beyond

constexpr float kMinShut_s = 0.07F;
constexpr float kMinBite_s = 0.06F;
constexpr float kShutSigma = 1.7F;  ///< samples: lips take about 70 ms to meet
constexpr float kJawSigma = 1.8F;
constexpr float kLipSigma = 2.2F;

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
    const float emphasis = shape.is_vowel ? 0.76F + 0.38F * loud : 0.9F + 0.2F * loud;
    const auto vary = [&rng](double spread) {
        return static_cast<float>(std::clamp(1.0 + spread * rng.normal(), 0.6, 1.4));
    };
    const float open = style.opening * emphasis * vary(0.12);
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
struct Channel {
    Member track;
    float Viseme::*value;
    bool of_jaw;
};
constexpr std::array<Channel, 9> kChannels = {{
    {&SpokenMouth::jaw, &Viseme::jaw, true},
    {&SpokenMouth::pucker, &Viseme::pucker, false},
    {&SpokenMouth::funnel, &Viseme::funnel, false},
    {&SpokenMouth::stretch, &Viseme::stretch, false},
    {&SpokenMouth::smile, &Viseme::smile, false},
    {&SpokenMouth::lower_down, &Viseme::lower_down, true},
    {&SpokenMouth::upper_up, &Viseme::upper_up, true},
    {&SpokenMouth::shrug_lower, &Viseme::shrug_lower, false},
    {&SpokenMouth::tongue, &Viseme::tongue, true},
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
        float jaw_weight = 1e-6F, lip_weight = 1e-6F;
        for (std::size_t k = first; k < targets.size(); ++k) {
            const Target& target = targets[k];
            if (target.centre_s - target.half_s - kReach_s > now_s) {
                break;
            }
            const float offset = now_s - target.centre_s;
            const float jaw = target.shape.jaw_dominance *
                              dominance(offset, target.half_s, kJawBefore_s, kJawAfter_s);
            const float lip = target.shape.lip_dominance *
                              dominance(offset, target.half_s, kLipBefore_s, kLipAfter_s);
            jaw_weight += jaw;
            lip_weight += lip;
            for (std::size_t c = 0; c < kChannels.size(); ++c) {
                sums[c] += (kChannels[c].of_jaw ? jaw : lip) * target.shape.*kChannels[c].value;
            }
        }
        for (std::size_t c = 0; c < kChannels.size(); ++c) {
            (mouth.*kChannels[c].track)[i] =
                sums[c] / (kChannels[c].of_jaw ? jaw_weight : lip_weight);
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
    }
    blend(targets, mouth);
    mouth.shut = soften(mouth.shut);
    mouth.bite = soften(mouth.bite);
    for (const Channel& channel : kChannels) {
        core::Track& track = mouth.*channel.track;
        track = core::smooth_gaussian(track, channel.of_jaw ? kJawSigma : kLipSigma);
        for (float& value : track) {
            value = std::clamp(amplitude * value, 0.0F, 1.0F);
        }
    }
    return mouth;
}

}  // namespace vasa::drive
