// SPDX-License-Identifier: Apache-2.0
#include "synthesis/visemes.h"

#include <map>

namespace vasa::drive {
namespace {

/// Jaw, pucker, funnel, stretch, smile, lower lip down, upper lip up.
Viseme vowel(
    float jaw, float pucker, float funnel, float stretch, float smile, float lower, float upper) {
    Viseme viseme{jaw, pucker, funnel, stretch, smile, lower, upper};
    viseme.jaw_dominance = 1.0F;
    viseme.lip_dominance = pucker + funnel > 0.3F ? 1.0F : 0.6F;
    viseme.is_vowel = true;
    return viseme;
}

Viseme consonant(float jaw, float jaw_dominance, float stretch, float lower, float upper) {
    Viseme viseme{jaw, 0, 0, stretch, 0, lower, upper};
    viseme.jaw_dominance = jaw_dominance;
    viseme.lip_dominance = 0.25F;
    return viseme;
}

Viseme rounded(float jaw, float jaw_dominance, float pucker, float funnel, float lip_dominance) {
    Viseme viseme{jaw, pucker, funnel};
    viseme.jaw_dominance = jaw_dominance;
    viseme.lip_dominance = lip_dominance;
    return viseme;
}

Viseme bilabial() {
    Viseme viseme{0.12F};
    viseme.jaw_dominance = 0.9F;
    viseme.lip_dominance = 0.3F;
    viseme.shuts_lips = true;
    return viseme;
}

Viseme labiodental() {
    Viseme viseme{0.10F, 0, 0, 0.08F, 0, 0, 0.10F};
    viseme.jaw_dominance = 1.0F;
    viseme.lip_dominance = 0.6F;
    viseme.bites_lip = true;
    return viseme;
}

/// A phone with its place of the tongue.
Viseme at(float tip, float blade, float dominance, Viseme viseme) {
    viseme.tongue_tip = tip;
    viseme.tongue_blade = blade;
    viseme.tongue_dominance = dominance;
    return viseme;
}

/// The tip of the tongue meets the ridge behind the upper teeth.
Viseme ridge(float blade, Viseme viseme) {
    viseme.touches_ridge = true;
    return at(1.0F, blade, 1.2F, viseme);
}

/// The blade of the tongue meets the palate.
Viseme palate(Viseme viseme) {
    viseme.touches_palate = true;
    return at(0.10F, 1.0F, 1.2F, viseme);
}

Viseme with_tongue_out(Viseme viseme, float tongue_out) {
    viseme.tongue_out = tongue_out;
    return viseme;
}

using Table = std::map<std::string_view, Viseme>;

const Table& visemes() {
    static const Viseme rest = [] {
        Viseme viseme;
        viseme.jaw_dominance = viseme.lip_dominance = 1.0F;
        viseme.tongue_dominance = 0.3F;
        return viseme;
    }();
    static const Table table = {
        {"SIL", rest},
        {"AA", at(0.05F, 0.05F, 0.6F, vowel(0.74F, 0.00F, 0.04F, 0.26F, 0.10F, 0.22F, 0.12F))},
        {"AE", at(0.10F, 0.25F, 0.6F, vowel(0.68F, 0.00F, 0.00F, 0.40F, 0.26F, 0.28F, 0.20F))},
        {"AH", at(0.10F, 0.25F, 0.6F, vowel(0.50F, 0.00F, 0.02F, 0.22F, 0.08F, 0.18F, 0.10F))},
        {"AO", at(0.05F, 0.20F, 0.6F, vowel(0.52F, 0.20F, 0.34F, 0.00F, 0.00F, 0.14F, 0.06F))},
        {"AW", at(0.05F, 0.12F, 0.6F, vowel(0.72F, 0.00F, 0.06F, 0.26F, 0.08F, 0.22F, 0.12F))},
        {"AY", at(0.08F, 0.12F, 0.6F, vowel(0.72F, 0.00F, 0.00F, 0.34F, 0.16F, 0.24F, 0.16F))},
        {"EH", at(0.15F, 0.40F, 0.6F, vowel(0.54F, 0.00F, 0.00F, 0.34F, 0.18F, 0.26F, 0.16F))},
        {"ER", at(0.40F, 0.50F, 0.6F, vowel(0.30F, 0.24F, 0.24F, 0.00F, 0.00F, 0.12F, 0.06F))},
        {"EY", at(0.15F, 0.55F, 0.6F, vowel(0.48F, 0.00F, 0.00F, 0.38F, 0.22F, 0.26F, 0.16F))},
        {"IH", at(0.18F, 0.65F, 0.6F, vowel(0.36F, 0.00F, 0.00F, 0.24F, 0.12F, 0.22F, 0.10F))},
        {"IY", at(0.22F, 0.85F, 0.6F, vowel(0.28F, 0.00F, 0.00F, 0.34F, 0.20F, 0.24F, 0.12F))},
        {"OW", at(0.05F, 0.35F, 0.6F, vowel(0.38F, 0.38F, 0.40F, 0.00F, 0.00F, 0.10F, 0.04F))},
        {"OY", at(0.05F, 0.30F, 0.6F, vowel(0.44F, 0.30F, 0.38F, 0.00F, 0.00F, 0.12F, 0.06F))},
        {"UH", at(0.05F, 0.50F, 0.6F, vowel(0.30F, 0.34F, 0.26F, 0.00F, 0.00F, 0.08F, 0.04F))},
        {"UW", at(0.05F, 0.65F, 0.6F, vowel(0.18F, 0.68F, 0.30F, 0.00F, 0.00F, 0.05F, 0.02F))},
        {"P", bilabial()},
        {"B", bilabial()},
        {"M", bilabial()},
        {"F", labiodental()},
        {"V", labiodental()},
        {"T", ridge(0.45F, consonant(0.15F, 0.50F, 0.06F, 0.16F, 0.06F))},
        {"D", ridge(0.45F, consonant(0.16F, 0.50F, 0.06F, 0.16F, 0.06F))},
        {"N", ridge(0.45F, consonant(0.17F, 0.45F, 0.05F, 0.14F, 0.05F))},
        {"L", ridge(0.25F, consonant(0.26F, 0.40F, 0.05F, 0.16F, 0.06F))},
        {"TH",
         at(0.75F,
            0.35F,
            1.2F,
            with_tongue_out(consonant(0.20F, 0.60F, 0.05F, 0.18F, 0.10F), 0.22F))},
        {"DH",
         at(0.75F,
            0.35F,
            1.2F,
            with_tongue_out(consonant(0.20F, 0.50F, 0.05F, 0.18F, 0.10F), 0.18F))},
        {"S", at(0.75F, 0.60F, 1.00F, consonant(0.10F, 0.90F, 0.14F, 0.26F, 0.12F))},
        {"Z", at(0.75F, 0.60F, 1.00F, consonant(0.10F, 0.90F, 0.14F, 0.26F, 0.12F))},
        {"SH", at(0.60F, 0.80F, 1.00F, rounded(0.12F, 0.9F, 0.25F, 0.52F, 0.9F))},
        {"ZH", at(0.60F, 0.80F, 1.00F, rounded(0.12F, 0.9F, 0.25F, 0.52F, 0.9F))},
        {"CH", at(0.85F, 0.80F, 1.00F, rounded(0.12F, 0.9F, 0.25F, 0.48F, 0.9F))},
        {"JH", at(0.85F, 0.80F, 1.00F, rounded(0.12F, 0.9F, 0.25F, 0.48F, 0.9F))},
        {"K", palate(consonant(0.24F, 0.25F, 0.04F, 0.14F, 0.06F))},
        {"G", palate(consonant(0.24F, 0.25F, 0.04F, 0.14F, 0.06F))},
        {"NG", palate(consonant(0.24F, 0.25F, 0.04F, 0.14F, 0.05F))},
        {"HH", at(0.15F, 0.30F, 0.05F, consonant(0.28F, 0.10F, 0.02F, 0.12F, 0.05F))},
        {"R", at(0.55F, 0.45F, 0.90F, rounded(0.20F, 0.5F, 0.32F, 0.30F, 0.7F))},
        {"W", at(0.05F, 0.70F, 0.80F, rounded(0.14F, 0.9F, 0.78F, 0.28F, 1.2F))},
        {"Y", at(0.20F, 0.90F, 1.00F, consonant(0.16F, 0.60F, 0.34F, 0.18F, 0.10F))},
    };
    return table;
}

}  // namespace

const Viseme* find_viseme(std::string_view phone) {
    const auto found = visemes().find(phone);
    return found == visemes().end() ? nullptr : &found->second;
}

const Viseme* find_glide(std::string_view phone) {
    static const std::map<std::string_view, std::string_view> glides = {
        {"OW", "UW"}, {"AW", "UH"}, {"AY", "IH"}, {"EY", "IY"}, {"OY", "IH"}};
    const auto found = glides.find(phone);
    return found == glides.end() ? nullptr : find_viseme(found->second);
}

}  // namespace vasa::drive
