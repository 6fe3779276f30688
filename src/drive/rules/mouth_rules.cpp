// SPDX-License-Identifier: Apache-2.0
#include "rules/mouth_rules.h"

#include <algorithm>
#include <cstddef>

namespace vasa::drive {
namespace {

void scale(core::Track& track, float amplitude) {
    for (float& value : track) {
        value = std::clamp(value * amplitude, 0.0F, 1.0F);
    }
}

}  // namespace

MouthTracks make_mouth_tracks(const speech::SpeechTraits& traits,
                              float amplitude,
                              const MouthRuleParams& params) {
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
        mouth.jaw_open[i] = params.jaw * vowel * (params.close_jaw + params.open_jaw * open) *
                                (params.faint_jaw + params.loud_jaw * traits.loudness[i]) +
                            params.hiss_jaw * hiss;
        mouth.pucker[i] = params.pucker * vowel * round * (1.0F - params.pucker_yields * open);
        mouth.funnel[i] =
            params.funnel * vowel * round * (params.close_funnel + params.open_funnel * open) +
            params.hiss_funnel * hiss;
        mouth.stretch[i] = params.stretch * vowel * spread * (1.0F - params.stretch_yields * open) +
                           params.hiss_stretch * hiss;
        mouth.smile[i] = params.smile * vowel * spread;
        mouth.lower_down[i] =
            params.hiss_lower_down * hiss + params.vowel_lower_down * vowel * open;
        mouth.upper_up[i] = params.hiss_upper_up * hiss + params.vowel_upper_up * vowel * open;
    }
    // Closing lips also lift the jaw a little.
    core::Track shut = core::smooth_gaussian(traits.closure, params.closure_sigma_rows);
    const float strength = std::min(amplitude, 1.0F);
    for (std::size_t i = 0; i < num; ++i) {
        shut[i] = strength * core::smoothstep(params.begins_to_shut, params.is_shut, shut[i]);
        mouth.jaw_open[i] *= 1.0F - params.jaw_lift * shut[i];
    }
    mouth.jaw_open = core::smooth_gaussian(mouth.jaw_open, params.jaw_sigma_rows);
    for (core::Track* track : {&mouth.pucker,
                               &mouth.funnel,
                               &mouth.stretch,
                               &mouth.smile,
                               &mouth.lower_down,
                               &mouth.upper_up}) {
        *track = core::smooth_gaussian(*track, params.lip_sigma_rows);
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
        mouth.close[i] = params.seal * shut[i] * mouth.jaw_open[i];
        mouth.press[i] = params.press * shut[i];
        mouth.roll_lower[i] = params.roll_lower * shut[i];
        mouth.lower_down[i] *= 1.0F - shut[i];
        mouth.upper_up[i] *= 1.0F - shut[i];
    }
    return mouth;
}

}  // namespace vasa::drive
