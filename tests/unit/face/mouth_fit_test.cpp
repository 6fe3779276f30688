// SPDX-License-Identifier: Apache-2.0
#include "mouth_fit.h"

#include "support/synthetic_face.h"

#include "vasa/head/landmarks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "support/catch.h"

using namespace vasa;

namespace {

using head::Action;
using Colour = std::array<std::uint8_t, 3>;
constexpr Colour kSkin = {200, 150, 125}, kTeeth = {225, 215, 200}, kTongue = {190, 70, 70};

/// Lips that part over teeth, on a head with a closed jaw, and a fit that explains the same
/// landmarks by an open jaw, as fits with a loose jaw do.
struct Smile {
    head::HeadModel model = support::load_head();
    head::Camera camera = head::default_camera(head::kFrameSize_px);
    head::Landmarks landmarks{};
    head::LandmarkFit open_jaw;

    Smile() {
        head::LandmarkFit truth;
        truth.pose = support::centred_pose();
        truth.pose.z_cm = -60.0F;
        truth.identity.assign(60, 0.0F);
        for (const Action action : {Action::MouthUpperUpLeft,
                                    Action::MouthUpperUpRight,
                                    Action::MouthLowerDownLeft,
                                    Action::MouthLowerDownRight,
                                    Action::MouthSmileLeft,
                                    Action::MouthSmileRight}) {
            truth.actions[action] = 0.6F;
        }
        landmarks = support::make_landmarks(model, truth);
        head::LandmarkFitOptions loose;
        loose.jaw_prior = 0.05;
        loose.lip_prior = 50;
        open_jaw = head::fit_landmarks(model, camera, landmarks, loose);
    }

    /// A skin-coloured face whose mouth has one colour.
    core::ImageU8 photo(Colour mouth) const {
        core::ImageU8 out(head::kFrameSize_px, head::kFrameSize_px, 3);
        for (int y = 0; y < out.height; ++y) {
            for (int x = 0; x < out.width; ++x) {
                std::copy(kSkin.begin(), kSkin.end(), out.at(x, y));
            }
        }
        float x0 = 1e9F, y0 = 1e9F, x1 = 0, y1 = 0;
        for (const int i : head::kInnerLips) {
            x0 = std::min(x0, landmarks[i].x);
            x1 = std::max(x1, landmarks[i].x);
            y0 = std::min(y0, landmarks[i].y);
            y1 = std::max(y1, landmarks[i].y);
        }
        for (int y = static_cast<int>(y0) - 2; y < static_cast<int>(y1) + 3; ++y) {
            for (int x = static_cast<int>(x0) - 2; x < static_cast<int>(x1) + 3; ++x) {
                std::copy(mouth.begin(), mouth.end(), out.at(x, y));
            }
        }
        return out;
    }

    float jaw(Colour mouth, const face::MouthFitParams& params = {}) const {
        return face::settle_mouth(model, camera, photo(mouth), landmarks, {}, open_jaw, params)
            .actions[Action::JawOpen];
    }
};

}  // namespace

TEST_CASE("what the photo shows between the lips decides the jaw") {
    const Smile smile;
    const float first = smile.open_jaw.actions[Action::JawOpen];
    const float with_teeth = smile.jaw(kTeeth), with_tongue = smile.jaw(kTongue);
    INFO("jaw " << first << ", with teeth " << with_teeth << ", with a tongue " << with_tongue);
    CHECK(std::abs(with_teeth - with_tongue) > 0.04F);

    face::MouthFitParams spoiled;
    spoiled.paleness = 10.0F;  // all bright pixels are teeth
    CHECK(smile.jaw(kTongue, spoiled) == with_teeth);
    spoiled = {};
    spoiled.min_gap = 1.0F;  // no mouth counts as open
    CHECK(smile.jaw(kTongue, spoiled) == first);
}

TEST_CASE("a mouth open wider than the priors expect is explained") {
    const head::HeadModel model = support::load_head();
    const head::Camera camera = head::default_camera(head::kFrameSize_px);
    head::LandmarkFit truth;
    truth.pose = support::centred_pose();
    truth.pose.z_cm = -60.0F;
    truth.identity.assign(60, 0.0F);
    for (const Action action :
         {Action::JawOpen, Action::MouthLowerDownLeft, Action::MouthLowerDownRight}) {
        truth.actions[action] = 1.0F;
    }
    truth.actions[Action::MouthFunnel] = 0.6F;
    const head::Landmarks landmarks = support::make_landmarks(model, truth);
    const head::LandmarkFit first = head::fit_landmarks(model, camera, landmarks, {});
    const float unexplained = face::unexplained_gap(model, camera, first, landmarks);
    REQUIRE(unexplained > 0.03F);
    const core::ImageU8 photo(head::kFrameSize_px, head::kFrameSize_px, 3, 120);
    const head::LandmarkFit settled =
        face::settle_mouth(model, camera, photo, landmarks, {}, first);
    CHECK(face::unexplained_gap(model, camera, settled, landmarks) < 0.5F * unexplained);
    CHECK(settled.inner_error < first.inner_error);
}
