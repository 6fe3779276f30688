// SPDX-License-Identifier: Apache-2.0
#include "clip/mouth_inside.h"

#include "support/synthetic_face.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>

#include "support/catch.h"

namespace vasa::test {
namespace {

using core::ImageU8;
using Colour = std::array<std::uint8_t, 3>;

constexpr Colour kSkin = {200, 150, 130}, kTeeth = {190, 180, 165}, kFlesh = {140, 80, 75},
                 kHole = {25, 15, 15};

/// An open mouth whose upper part shows one colour and whose lower part another.
struct Mouth {
    head::Landmarks landmarks;
    ImageU8 image{head::kFrameSize_px, head::kFrameSize_px, 3};

    Mouth(float jaw, const Colour& above, const Colour& below, float upper_share = 0.5F) {
        const head::HeadModel model = support::load_head();
        head::LandmarkFit fit;
        fit.pose = support::centred_pose();
        fit.identity.assign(60, 0.0F);
        fit.actions[head::Action::JawOpen] = jaw;
        landmarks = support::make_landmarks(model, fit);
        const float top = landmarks[head::kInnerLipTop].y,
                    bottom = landmarks[head::kInnerLipBottom].y;
        const float border = top + upper_share * (bottom - top);
        for (int y = 0; y < image.height; ++y) {
            for (int x = 0; x < image.width; ++x) {
                const bool is_mouth =
                    std::abs(static_cast<float>(x) - landmarks[head::kInnerLipTop].x) < 60 &&
                    static_cast<float>(y) > top - 8 && static_cast<float>(y) < bottom + 8;
                const Colour& c = !is_mouth                        ? kSkin
                                  : static_cast<float>(y) < border ? above
                                                                   : below;
                std::copy(c.begin(), c.end(), image.at(x, y));
            }
        }
    }

    eval::MouthInside look(const eval::MouthInsideParams& params = {}) const {
        return eval::look_inside(image, landmarks, params);
    }
};

}  // namespace

TEST_CASE("teeth, tongue and a dark hole are told apart") {
    const eval::MouthInside half = Mouth(0.6F, kTeeth, kFlesh).look();
    REQUIRE(half.is_measured);
    CHECK(half.teeth == Approx(0.5).margin(0.1));
    CHECK(half.flesh == Approx(0.5).margin(0.1));
    CHECK(half.dark == 0);
    CHECK(half.teeth + half.flesh == Approx(1));
    // Luminances of the two colours.
    CHECK(half.teeth_level == Approx(181.2 / 162.7).margin(0.02));

    const eval::MouthInside hole = Mouth(0.6F, kHole, kHole).look();
    CHECK(hole.dark == Approx(1));
    CHECK(std::isnan(hole.teeth_level));
    CHECK(hole.gradient < half.gradient);

    eval::MouthInsideParams spoilt;
    spoilt.max_teeth_saturation = 0;
    CHECK(Mouth(0.6F, kTeeth, kFlesh).look(spoilt).teeth == 0);
    spoilt = {};
    spoilt.min_teeth_level = 0.3F;
    spoilt.max_teeth_saturation = 1;
    CHECK(Mouth(0.6F, kTeeth, kFlesh).look(spoilt).teeth == Approx(1));
    spoilt = {};
    spoilt.min_red_over_green = 3;
    CHECK(Mouth(0.6F, kTeeth, kFlesh).look(spoilt).flesh == 0);
}

TEST_CASE("a clip's mouth scores are means over its open mouths") {
    const auto scores_of = [](const std::vector<eval::MouthInside>& frames) {
        const auto scores = eval::mouth_scores(frames);
        return std::map<std::string, double>(scores.begin(), scores.end());
    };
    const eval::MouthInside wide = Mouth(0.9F, kHole, kHole).look(),
                            parted = Mouth(0.25F, kTeeth, kFlesh).look(),
                            shut = Mouth(0.0F, kTeeth, kTeeth).look();
    REQUIRE(wide.gap > 0.15);
    REQUIRE(parted.gap > 0.06);
    REQUIRE(parted.gap < 0.15);
    REQUIRE(shut.gap < 0.06);
    const auto scores = scores_of({wide, parted, shut});
    CHECK(scores.at("mouth_dark") == Approx(0.5));
    CHECK(scores.at("mouth_dark_wide") == Approx(1));
    CHECK(scores.at("mouth_teeth") == Approx(0.5 * parted.teeth));
    CHECK(std::isnan(scores_of({shut}).at("mouth_dark")));
}

}  // namespace vasa::test
