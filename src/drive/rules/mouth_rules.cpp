// SPDX-License-Identifier: Apache-2.0
#include "rules/mouth_rules.h"

#include <algorithm>
#include <cstddef>

namespace vasa::drive {
namespace {

// Sizes of the actions at full excitation, tuned so that the jaw is open by 0.15 to 0.2 on average
// while speaking and by about 0.45 at most of the time.
constexpr float kJaw = 0.62F;
constexpr float kPucker = 0.55F;
constexpr float kFunnel = 0.30F;
constexpr float kStretch = 0.28F;
constexpr float kSmile = 0.16F;
constexpr float kPress = 0.25F;
constexpr float kRollLower = 0.15F;

// Smoothing, in samples of 10 ms: the jaw is slower than the lips.
constexpr float kJawSigma = 2.8F;
constexpr float kLipSigma = 3.5F;
constexpr float kClosureSigma = 1.8F;

void scale(core::Track& track, float amplitude) {
    for (float& value : track) {
        value = std::clamp(value * amplitude, 0.0F, 1.0F);
    }
}

}  // namespace

MouthTracks make_mouth_tracks(const speech::SpeechTraits& traits, float amplitude) {
    const std::size_t num = traits.activity.size();
    MouthTracks mouth;
    for (core::Track* track : {&mouth.jaw_open,
                               &mouth.close,
                               &mouth.press,
                               &mouth.pucker,
                               &mouth.funnel,
                               &mouth.stretch,
                               &mouth.smile,
                               &mouth.lower_down,
                               &mouth.upper_up,
                               &mouth.roll_lower}) {
        track->assign(num, 0.0F);
    }
    for (std::size_t i = 0; i < num; ++i) {
        const float vowel = traits.vowel[i] * traits.loudness[i];
        const float open = traits.openness[i];
        const float hiss = traits.hiss[i] * traits.loudness[i];
        const float round = std::max(-traits.frontness[i], 0.0F);
        const float spread = std::max(traits.frontness[i], 0.0F);
        mouth.jaw_open[i] =
            kJaw * vowel * (0.2F + 0.8F * open) * (0.35F + 0.65F * traits.loudness[i]) +
            0.05F * hiss;
        mouth.pucker[i] = kPucker * vowel * round * (1.0F - 0.8F * open);
        mouth.funnel[i] = kFunnel * vowel * round * (0.3F + 0.7F * open) + 0.06F * hiss;
        mouth.stretch[i] = kStretch * vowel * spread * (1.0F - 0.5F * open) + 0.07F * hiss;
        mouth.smile[i] = kSmile * vowel * spread;
        mouth.lower_down[i] = 0.14F * hiss + 0.10F * vowel * open;
        mouth.upper_up[i] = 0.09F * hiss + 0.06F * vowel * open;
    }
    // Lips that shut lift the jaw a little as well.
    core::Track shut = core::smooth_gaussian(traits.closure, kClosureSigma);
    const float strength = std::min(amplitude, 1.0F);
    for (std::size_t i = 0; i < num; ++i) {
        shut[i] = strength * core::smoothstep(0.05F, 0.75F, shut[i]);
        mouth.jaw_open[i] *= 1.0F - 0.5F * shut[i];
    }
    mouth.jaw_open = core::smooth_gaussian(mouth.jaw_open, kJawSigma);
    for (core::Track* track : {&mouth.pucker,
                               &mouth.funnel,
                               &mouth.stretch,
                               &mouth.smile,
                               &mouth.lower_down,
                               &mouth.upper_up}) {
        *track = core::smooth_gaussian(*track, kLipSigma);
    }
    for (core::Track* track : {&mouth.jaw_open,
                               &mouth.pucker,
                               &mouth.funnel,
                               &mouth.stretch,
                               &mouth.smile,
                               &mouth.lower_down,
                               &mouth.upper_up}) {
        scale(*track, amplitude);
    }
    for (std::size_t i = 0; i < num; ++i) {
        mouth.close[i] = 0.95F * shut[i] * mouth.jaw_open[i];
        mouth.press[i] = kPress * shut[i];
        mouth.roll_lower[i] = kRollLower * shut[i];
        mouth.lower_down[i] *= 1.0F - shut[i];
        mouth.upper_up[i] *= 1.0F - shut[i];
    }
    return mouth;
}

}  // namespace vasa::drive
