// SPDX-License-Identifier: Apache-2.0
#include "vasa/head/landmark_fit.h"

#include "support/synthetic_face.h"

#include "vasa/core/error.h"

#include "support/catch.h"

using namespace vasa;
using head::Action;

namespace {

head::LandmarkFit make_truth(core::Rng& rng) {
    head::LandmarkFit truth;
    truth.pose = support::centred_pose();
    truth.pose.yaw_rad = static_cast<float>(rng.uniform(-0.35, 0.35));
    truth.pose.pitch_rad = static_cast<float>(rng.uniform(-0.25, 0.25));
    truth.pose.roll_rad = static_cast<float>(rng.uniform(-0.3, 0.3));
    truth.pose.x_cm = static_cast<float>(rng.uniform(-2, 2));
    truth.pose.y_cm = static_cast<float>(rng.uniform(-2, 2));
    for (int i = 0; i < 60; ++i) {
        truth.identity.push_back(static_cast<float>(0.6 * rng.normal()));
    }
    truth.actions[Action::JawOpen] = static_cast<float>(rng.uniform(0, 0.5));
    truth.actions[Action::MouthSmileLeft] = static_cast<float>(rng.uniform(0, 0.6));
    truth.actions[Action::MouthSmileRight] = static_cast<float>(rng.uniform(0, 0.6));
    const auto yaw = static_cast<float>(rng.uniform(-0.3, 0.3));
    head::set_gaze(truth.actions, {yaw, 0.05F}, {yaw, 0.05F});
    return truth;
}

}  // namespace

TEST_CASE("a synthetic face is recovered from its landmarks") {
    const head::HeadModel model = support::load_head();
    const head::Camera camera = head::default_camera(head::kFrameSize_px);
    core::Rng rng(11);
    for (int i = 0; i < 6; ++i) {
        const head::LandmarkFit truth = make_truth(rng);
        const auto landmarks = support::make_landmarks(model, truth);
        const head::LandmarkFit fit = head::fit_landmarks(model, camera, landmarks, {});
        CHECK(fit.inner_error < 0.006);
        CHECK(fit.pose.yaw_rad == Approx(truth.pose.yaw_rad).margin(0.06));
        CHECK(fit.pose.pitch_rad == Approx(truth.pose.pitch_rad).margin(0.09));
        CHECK(fit.pose.roll_rad == Approx(truth.pose.roll_rad).margin(0.02));
        CHECK(fit.actions[Action::JawOpen] == Approx(truth.actions[Action::JawOpen]).margin(0.15));
        CHECK(head::left_gaze(fit.actions).yaw_rad ==
              Approx(head::left_gaze(truth.actions).yaw_rad).margin(0.08));
        for (float v : fit.actions.values) {
            CHECK((v >= 0.0F && v <= 1.0F));
        }
    }
}

TEST_CASE("a held identity stays as it is") {
    const head::HeadModel model = support::load_head();
    const head::Camera camera = head::default_camera(head::kFrameSize_px);
    core::Rng rng(2);
    const head::LandmarkFit truth = make_truth(rng);
    const auto landmarks = support::make_landmarks(model, truth);
    head::LandmarkFitStart start;
    start.pose = truth.pose;
    start.identity = truth.identity;
    start.hold_identity = true;
    const head::LandmarkFit fit = head::fit_landmarks(model, camera, landmarks, {}, start);
    CHECK(fit.identity == truth.identity);
    CHECK(fit.inner_error < 0.006);
}

TEST_CASE("outliers do not pull the fit away") {
    const head::HeadModel model = support::load_head();
    const head::Camera camera = head::default_camera(head::kFrameSize_px);
    core::Rng rng(4);
    const head::LandmarkFit truth = make_truth(rng);
    auto landmarks = support::make_landmarks(model, truth);
    for (int i = 0; i < 20; ++i) {
        landmarks[rng.below(head::kNumMeshLandmarks)].x += 40.0F;
    }
    const head::LandmarkFit fit = head::fit_landmarks(model, camera, landmarks, {});
    CHECK(fit.pose.yaw_rad == Approx(truth.pose.yaw_rad).margin(0.08));
}

TEST_CASE("degenerate landmarks are an input error") {
    const head::HeadModel model = support::load_head();
    head::Landmarks same{};
    CHECK_THROWS_AS(head::fit_landmarks(model, head::default_camera(512), same, {}), core::Error);
    head::LandmarkFitOptions bad;
    bad.sigma = 0;
    CHECK_THROWS_AS(bad.check(), core::Error);
}

TEST_CASE("a landmark that is not finite is an input error") {
    const head::HeadModel model = support::load_head();
    core::Rng rng(7);
    const auto good = support::make_landmarks(model, make_truth(rng));
    for (const int i : {head::kNoseTip, head::kLeftIris}) {
        auto landmarks = good;
        landmarks[i].y = std::nanf("");
        try {
            head::fit_landmarks(model, head::default_camera(512), landmarks, {});
            FAIL("fitted");
        } catch (const core::Error& error) {
            CHECK(error.kind() == core::ErrorKind::Input);
            CHECK_THAT(error.what(), Catch::Contains("landmark " + std::to_string(i) + " "));
        }
    }
}

TEST_CASE("a solve that fails is an error, not a fit") {
    const head::HeadModel model = support::load_head();
    core::Rng rng(8);
    const head::LandmarkFit truth = make_truth(rng);
    const auto landmarks = support::make_landmarks(model, truth);
    head::LandmarkFitStart start;
    start.pose = truth.pose;
    start.pose.z_cm = 30;  // behind the camera: the solver cannot start
    try {
        head::fit_landmarks(model, head::default_camera(512), landmarks, {}, start);
        FAIL("fitted");
    } catch (const core::Error& error) {
        CHECK(error.kind() == core::ErrorKind::Input);
        CHECK_THAT(error.what(), Catch::Contains("cannot fit the head"));
    }
    // Reaching the iteration limit is not an error: a partial fit is better than none.
    head::LandmarkFitOptions hasty;
    hasty.max_iterations = 1;
    CHECK_NOTHROW(head::fit_landmarks(model, head::default_camera(512), landmarks, hasty));
}
