// SPDX-License-Identifier: Apache-2.0
#include "vasa/head/landmark68_fit.h"

#include "support/synthetic_face.h"

#include "vasa/core/error.h"
#include "vasa/core/rng.h"

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using head::Action;
using head::Landmarks68;

namespace {

const head::Camera kCamera{1280, 3840};

/// Landmarks of a head, rounded to pixels as detectors report them.
Landmarks68 landmarks_of(const head::HeadModel& model, const head::LandmarkFit& truth) {
    const auto mesh = head::project_landmarks(model, kCamera, truth);
    Landmarks68 out;
    for (int i = 0; i < head::kNumLandmarks68; ++i) {
        const core::Vec2f point = mesh[head::kMeshOfLandmarks68[i]];
        out[i] = {std::round(point.x), std::round(point.y)};
    }
    return out;
}

head::LandmarkFit random_head(core::Rng& rng, const std::vector<float>& identity) {
    head::LandmarkFit truth;
    truth.identity = identity;
    truth.pose.yaw_rad = static_cast<float>(rng.uniform(-0.3, 0.3));
    truth.pose.pitch_rad = static_cast<float>(rng.uniform(-0.15, 0.15));
    truth.pose.roll_rad = static_cast<float>(rng.uniform(-0.2, 0.2));
    truth.pose.x_cm = static_cast<float>(rng.uniform(-3, 3));
    truth.pose.y_cm = static_cast<float>(rng.uniform(-3, 3));
    truth.pose.z_cm = -200;
    return truth;
}

std::vector<float> random_identity(core::Rng& rng) {
    std::vector<float> identity(60);
    for (float& value : identity) {
        value = static_cast<float>(0.6 * rng.normal());
    }
    return identity;
}

/// A fitter that knows the person from 60 neutral frames. `change` alters each frame's points.
head::Landmark68Fitter make_fitter(const head::HeadModel& model,
                                   const std::vector<float>& identity,
                                   const head::Landmark68FitOptions& options = {},
                                   const std::function<void(Landmarks68&)>& change = {}) {
    core::Rng rng(5);
    std::vector<Landmarks68> neutral;
    for (int i = 0; i < 60; ++i) {
        neutral.push_back(landmarks_of(model, random_head(rng, identity)));
        if (change) {
            change(neutral.back());
        }
    }
    head::Landmark68Fitter fitter(model, kCamera, options);
    fitter.set_person(fitter.fit_person(neutral));
    return fitter;
}

}  // namespace

TEST_CASE("each of the 68 landmarks mirrors the one on the other side") {
    const head::HeadModel model = support::load_head();
    const auto point = [&](int i) {
        return model.landmark(model.neutral(), head::kMeshOfLandmarks68[i]);
    };
    // The person's right side, at negative x, comes first.
    const std::vector<std::pair<int, int>> pairs = {
        {0, 16},  {1, 15},  {2, 14},  {3, 13},  {4, 12},  {5, 11},  {6, 10},  {7, 9},
        {8, 8},   {17, 26}, {18, 25}, {19, 24}, {20, 23}, {21, 22}, {27, 27}, {28, 28},
        {29, 29}, {30, 30}, {31, 35}, {32, 34}, {33, 33}, {36, 45}, {37, 44}, {38, 43},
        {39, 42}, {40, 47}, {41, 46}, {48, 54}, {49, 53}, {50, 52}, {51, 51}, {59, 55},
        {58, 56}, {57, 57}, {60, 64}, {61, 63}, {62, 62}, {67, 65}, {66, 66}};
    for (const auto& [a, b] : pairs) {
        INFO(a << ", " << b);
        CHECK(point(a).x() <= 0.05F);
        CHECK(point(a).x() == Approx(-point(b).x()).margin(0.15));
        CHECK(point(a).y() == Approx(point(b).y()).margin(0.15));
    }
}

TEST_CASE("pose and actions are recovered from 68 whole pixels") {
    const head::HeadModel model = support::load_head();
    core::Rng rng(3);
    const std::vector<float> identity = random_identity(rng);
    const auto fitter = make_fitter(model, identity);
    for (int i = 0; i < 12; ++i) {
        head::LandmarkFit truth = random_head(rng, identity);
        truth.actions[Action::JawOpen] = static_cast<float>(rng.uniform(0, 0.5));
        truth.actions[Action::MouthSmileLeft] = static_cast<float>(rng.uniform(0, 0.5));
        truth.actions[Action::MouthSmileRight] = truth.actions[Action::MouthSmileLeft];
        truth.actions[Action::BrowInnerUp] = static_cast<float>(rng.uniform(0, 0.8));
        const auto fit = fitter.fit(landmarks_of(model, truth));
        CHECK(fit.mean_error < 0.006);
        CHECK(fit.pose.yaw_rad == Approx(truth.pose.yaw_rad).margin(0.04));
        CHECK(fit.pose.pitch_rad == Approx(truth.pose.pitch_rad).margin(0.05));
        CHECK(fit.pose.roll_rad == Approx(truth.pose.roll_rad).margin(0.01));
        CHECK(fit.actions[Action::JawOpen] == Approx(truth.actions[Action::JawOpen]).margin(0.1));
        CHECK(fit.actions[Action::MouthSmileLeft] ==
              Approx(truth.actions[Action::MouthSmileLeft]).margin(0.2));
        CHECK(fit.actions[Action::BrowInnerUp] ==
              Approx(truth.actions[Action::BrowInnerUp]).margin(0.25));
    }
}

TEST_CASE("an opening jaw does not turn the head") {
    const head::HeadModel model = support::load_head();
    core::Rng rng(4);
    const std::vector<float> identity = random_identity(rng);
    const auto fitter = make_fitter(model, identity);
    head::LandmarkFit truth = random_head(rng, identity);
    const float closed = fitter.fit(landmarks_of(model, truth)).pose.pitch_rad;
    for (const float jaw : {0.2F, 0.4F, 0.6F}) {
        truth.actions[Action::JawOpen] = jaw;
        const auto fit = fitter.fit(landmarks_of(model, truth));
        CHECK(fit.pose.pitch_rad == Approx(closed).margin(0.015));
        CHECK(fit.actions[Action::JawOpen] == Approx(jaw).margin(0.08));
    }
}

TEST_CASE("a detector's own place for a landmark is no expression") {
    const head::HeadModel model = support::load_head();
    core::Rng rng(6);
    const std::vector<float> identity = random_identity(rng);
    // Brows 2 mm higher, lower lip 2 mm lower than the head model has them.
    const auto change = [](Landmarks68& landmarks) {
        for (int i = 17; i <= 26; ++i) {
            landmarks[i].y -= 4;
        }
        for (int i = 55; i <= 59; ++i) {
            landmarks[i].y += 4;
        }
    };
    const auto fitter = make_fitter(model, identity, {}, change);
    for (int i = 0; i < 5; ++i) {
        Landmarks68 landmarks = landmarks_of(model, random_head(rng, identity));
        change(landmarks);
        for (const float value : fitter.fit(landmarks).actions.values) {
            CHECK(value < 0.12F);
        }
    }
}

TEST_CASE("closed eyes are a blink of 1, whatever opening the detector leaves") {
    const head::HeadModel model = support::load_head();
    core::Rng rng(7);
    const std::vector<float> identity = random_identity(rng);
    auto fitter = make_fitter(model, identity);
    const auto open = landmarks_of(model, random_head(rng, identity));
    const double unit = head::eye_distance_px(open);
    CHECK(fitter.fit(open).actions[Action::EyeBlinkLeft] < 0.1F);
    Landmarks68 closed = open;
    for (const int upper : {37, 38, 43, 44}) {
        const int lower = upper == 37 ? 41 : upper == 38 ? 40 : upper == 43 ? 47 : 46;
        closed[upper].y = closed[lower].y - static_cast<float>(0.05 * unit);
    }
    REQUIRE(head::lid_opening(closed) == Approx(0.05).margin(0.01));
    const auto fit = fitter.fit(closed);
    CHECK(fit.actions[Action::EyeBlinkLeft] > 0.85F);
    CHECK(fit.actions[Action::EyeBlinkRight] > 0.85F);
}

TEST_CASE("landmarks that cannot be fitted are an input error") {
    const head::HeadModel model = support::load_head();
    core::Rng rng(8);
    const std::vector<float> identity = random_identity(rng);
    head::Landmark68Fitter fitter(model, kCamera);
    const auto fails_with = [](const std::function<void()>& run, const std::string& text) {
        try {
            run();
            FAIL("fitted");
        } catch (const core::Error& error) {
            CHECK(error.kind() == core::ErrorKind::Input);
            CHECK_THAT(error.what(), Catch::Contains(text));
        }
    };
    Landmarks68 landmarks = landmarks_of(model, random_head(rng, identity));
    landmarks[66].y = std::nanf("");
    fails_with([&] { fitter.fit(landmarks); }, "landmark 66 of 68 is not finite");
    fails_with([&] { fitter.fit(Landmarks68{}); }, "eye corners 0.000000 px apart");
    fails_with([&] { fitter.fit_person({}); }, "no neutral frames");
    head::Landmark68FitOptions options;
    options.sigma = 0;
    CHECK_THROWS_AS(head::Landmark68Fitter(model, kCamera, options), core::Error);
}
