// SPDX-License-Identifier: Apache-2.0
#include "motion/landmark_curves.h"

#include "motion/curve_metrics.h"
#include "motion/landmark_points.h"
#include "support/synthetic_face.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "support/catch.h"

namespace vasa::test {
namespace {

using eval::FaceCurves;
using head::Action;
using head::Landmarks;

/// Landmarks as seen by the camera, and the motion behind them.
struct Seen {
    std::vector<Landmarks> landmarks;
    motion::MotionClip clip;
};

Seen see(const std::vector<head::Actions>& actions, float z_cm = -100.0F) {
    static const head::HeadModel model = support::load_head();
    Seen seen;
    for (const head::Actions& a : actions) {
        head::LandmarkFit fit;
        fit.pose = support::centred_pose();
        fit.pose.z_cm = z_cm;
        fit.identity.assign(60, 0.0F);
        fit.actions = a;
        seen.landmarks.push_back(support::make_landmarks(model, fit));
        seen.clip.frames.push_back({fit.pose, a});
    }
    return seen;
}

std::vector<head::Actions> ramp(Action action, int count, float to) {
    std::vector<head::Actions> out(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        out[i][action] = to * static_cast<float>(i) / static_cast<float>(count - 1);
    }
    return out;
}

FaceCurves curves_of(const Seen& seen) {
    return eval::curves_of_landmarks(seen.landmarks, seen.clip.frames);
}

}  // namespace

TEST_CASE("metrics use each landmark once, lips first", "[eval]") {
    std::set<int> distinct(eval::kPoints.begin(), eval::kPoints.end());
    CHECK(distinct.size() == eval::kPoints.size());
    CHECK(std::equal(eval::kLips.begin(), eval::kLips.end(), eval::kPoints.begin()));
    // The sums over curves of pairs depend on the order.
    CHECK(eval::kLips[0] == head::kMouthRight);
    CHECK(eval::kLips[20] == 78);
    CHECK(eval::kLips[25] == head::kInnerLipBottom);
    CHECK(eval::kLips[35] == head::kInnerLipTop);
    CHECK(eval::kLips[39] == 191);
    for (const int point : eval::kHeadPoints) {
        CHECK(distinct.count(point) == 1);
    }
}

TEST_CASE("curves from landmarks are those of the motion behind them") {
    const auto jaw = ramp(Action::JawOpen, 8, 0.6F);
    const Seen seen = see(jaw);
    const FaceCurves curves = curves_of(seen);
    const eval::MotionMeter meter(support::load_head());
    const std::vector<double> expected = meter.mouth_opening(seen.clip);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        // The meter subtracts the gap at rest, and has no perspective.
        CHECK(curves.opening[i] - curves.opening[0] ==
              Approx(expected[i] - expected[0]).margin(0.015));
    }
    CHECK(curves.opening.back() > 0.1);
}

TEST_CASE("a mouth that puckers is narrower in landmarks and in motion by the same") {
    const Seen seen = see(ramp(Action::MouthPucker, 6, 0.8F));
    const FaceCurves curves = curves_of(seen);
    const FaceCurves expected = eval::LandmarkBasis(support::load_head()).curves(seen.clip);
    CHECK(curves.width.back() < 0.9 * curves.width.front());
    for (std::size_t i = 0; i < 6; ++i) {
        CHECK(curves.width[i] == Approx(expected.width[i]).epsilon(0.05));
    }
}

TEST_CASE("distance from the camera changes curves little") {
    const auto jaw = ramp(Action::JawOpen, 4, 0.6F);
    const FaceCurves near = curves_of(see(jaw)), far = curves_of(see(jaw, -130.0F));
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(near.opening[i] == Approx(far.opening[i]).margin(0.01));
        CHECK(near.eye_opening[i] == Approx(far.eye_opening[i]).margin(0.01));
    }
}

TEST_CASE("lids, brows and pupils show in their own curves") {
    auto blink = ramp(Action::EyeBlinkLeft, 4, 1.0F);
    for (head::Actions& a : blink) {
        a[Action::EyeBlinkRight] = a[Action::EyeBlinkLeft];
    }
    const FaceCurves lids = curves_of(see(blink));
    CHECK(lids.eye_opening.back() < 0.3 * lids.eye_opening.front());

    const FaceCurves brows = curves_of(see(ramp(Action::BrowInnerUp, 4, 1.0F)));
    CHECK(brows.brow[0].back() > brows.brow[0].front() + 0.02);
    CHECK(brows.brow[1].back() > brows.brow[1].front() + 0.02);

    std::vector<head::Actions> look(2);
    head::set_gaze(look[1], {0.3F, 0.0F}, {0.3F, 0.0F});
    const FaceCurves pupils = curves_of(see(look));
    CHECK(pupils.pupil[0][1] > pupils.pupil[0][0] + 0.01);
    CHECK(std::abs(pupils.pupil[1][1] - pupils.pupil[1][0]) < 0.01);
}

TEST_CASE("landmarks at another rate lie between frames") {
    const Seen seen = see(ramp(Action::JawOpen, 11, 0.5F));
    const auto half = eval::resample_landmarks(seen.landmarks, 50, 25, 6);
    REQUIRE(half.size() == 6);
    CHECK(half[2][14].y == Approx(seen.landmarks[4][14].y));
    CHECK(half[5][14].y == Approx(seen.landmarks[10][14].y));
    const auto between = eval::resample_landmarks(seen.landmarks, 30, 60, 21);
    CHECK(between[1][14].y ==
          Approx(0.5 * (seen.landmarks[0][14].y + seen.landmarks[1][14].y)).margin(1e-3));
}

}  // namespace vasa::test
