// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace vasa::drive {

/// Target mouth shape of a phone, as action values for amplitude 1, and its dominance over its
/// neighbours.
struct Viseme {
    float jaw = 0;
    float pucker = 0;
    float funnel = 0;
    float stretch = 0;
    float smile = 0;
    float lower_down = 0;
    float upper_up = 0;
    float shrug_lower = 0;
    float tongue_out = 0;
    float tongue_tip = 0.25F, tongue_blade = 0.35F;  ///< head::Tongue; here at rest
    float jaw_dominance = 0.3F;
    float lip_dominance = 0.3F;
    float tongue_dominance = 0.1F;
    bool shuts_lips = false;  ///< P, B, M
    bool bites_lip = false;   ///< F, V: the lower lip meets the upper teeth
    bool touches_ridge =
        false;  ///< T, D, N, L: the tip of the tongue meets the upper teeth's ridge
    bool touches_palate = false;  ///< K, G, NG: the blade meets the palate
    bool is_vowel = false;        ///< grows with loudness
};

/// @param phone  ARPAbet without stress, or "SIL"
/// @return       null for other names
const Viseme* find_viseme(std::string_view phone);
/// End shape of a diphthong: OW, OY, AW, AY, EY; null for other phones.
const Viseme* find_glide(std::string_view phone);

}  // namespace vasa::drive
