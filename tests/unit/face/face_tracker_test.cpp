// SPDX-License-Identifier: Apache-2.0
#include "support/synthetic_face.h"

#include "vasa/core/error.h"
#include "vasa/face/face_encoder.h"
#include "vasa/media/image_file.h"

#include <cmath>
#include <cstdlib>

#include "support/catch.h"

using namespace vasa;

TEST_CASE("smoothing removes jitter, keeps slow motion and fills frames without a face") {
    std::vector<face::TrackedFrame> frames(60);
    core::Rng rng(1);
    for (int t = 0; t < 60; ++t) {
        frames[t].found = t != 30 && t != 31;
        frames[t].pose.yaw_rad = static_cast<float>(0.2 * std::sin(t * 0.1) + 0.01 * rng.normal());
        frames[t].actions[head::Action::EyeBlinkLeft] = t >= 40 && t <= 42 ? 1.0F : 0.0F;
        if (!frames[t].found) {
            frames[t].pose = {};
        }
    }
    double before = 0, after = 0;
    const auto error = [&](int t) { return frames[t].pose.yaw_rad - 0.2 * std::sin(t * 0.1); };
    for (int t = 5; t < 25; ++t) {
        before += error(t) * error(t);
    }
    face::smooth_motion(frames);
    for (int t = 5; t < 25; ++t) {
        after += error(t) * error(t);
    }
    CHECK(after < 0.5 * before);
    CHECK(std::abs(error(30)) < 0.03);
    CHECK(frames[41].actions[head::Action::EyeBlinkLeft] > 0.9F);
}

TEST_CASE("smoothing leaves parabolas and short tracks as they are, at any rate") {
    for (double fps : {25.0, 50.0}) {
        std::vector<face::TrackedFrame> frames(80);
        for (int t = 0; t < 80; ++t) {
            frames[t].found = true;
            frames[t].pose.x_cm = 0.01F * static_cast<float>(t * t) - 0.3F * static_cast<float>(t);
        }
        const auto before = frames;
        face::smooth_motion(frames, fps);
        for (int t = 10; t < 70; ++t) {
            CHECK(frames[t].pose.x_cm == Approx(before[t].pose.x_cm).margin(1e-3));
        }
    }
    for (std::size_t n = 0; n < 6; ++n) {
        std::vector<face::TrackedFrame> frames(n);
        face::smooth_motion(frames);  // no face found: nothing to fill from
        CHECK(frames.size() == n);
    }
    std::vector<face::TrackedFrame> frames(3);
    CHECK_THROWS_AS(face::smooth_motion(frames, 0), core::Error);
    CHECK_THROWS_AS(face::smooth_motion(frames, std::nan("")), core::Error);
}

TEST_CASE("a lip closure of three frames survives smoothing") {
    std::vector<face::TrackedFrame> frames(40);
    for (int t = 0; t < 40; ++t) {
        frames[t].found = true;
        frames[t].actions[head::Action::JawOpen] = t >= 20 && t <= 22 ? 0.0F : 0.4F;
    }
    face::smooth_motion(frames);
    CHECK(frames[21].actions[head::Action::JawOpen] < 0.04F);
}

TEST_CASE("the tracker follows a moved portrait and finds nothing on an empty frame", "[data]") {
    const char* dir = std::getenv("VASA_DATA_DIR");
    if (dir == nullptr) {
        WARN("SKIPPED: VASA_DATA_DIR not set");
        return;
    }
    const auto image = media::load_image(std::string(dir) + "/examples/astronaut.png");
    core::ImageU8 shifted(image.width, image.height, 3);
    constexpr int kShift = 12;
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            const std::uint8_t* p = image.at(std::max(0, x - kShift), y);
            std::copy(p, p + 3, shifted.at(x, y));
        }
    }
    face::FaceTrackerOptions options;
    options.smoothness = 0;
    face::FaceTracker tracker(support::model_dir(), options);
    CHECK_THROWS_AS(tracker.track(image), core::Error);
    tracker.settle({image}, "astronaut");
    const face::TrackedFrame a = tracker.track(image), b = tracker.track(shifted);
    REQUIRE(a.found);
    REQUIRE(b.found);
    CHECK(a.fit_error < 0.012F);
    CHECK(b.pose.x_cm > a.pose.x_cm + 0.5F);
    CHECK(b.pose.yaw_rad == Approx(a.pose.yaw_rad).margin(0.06));
    CHECK_FALSE(tracker.track(core::ImageU8(300, 300, 3, 90)).found);
}
