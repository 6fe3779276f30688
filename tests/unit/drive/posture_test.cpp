// SPDX-License-Identifier: Apache-2.0
#include "vasa/drive/posture.h"

#include "driver_support.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "support/catch.h"

namespace {

using namespace vasa;
using namespace vasa::drive;
using namespace vasa::test;

/// Ten minutes of a head that does not move.
motion::MotionClip still() {
    motion::MotionClip clip;
    clip.frames.resize(15000);
    return clip;
}

using Value = std::function<double(const motion::MotionFrame&)>;

double yaw(const motion::MotionFrame& frame) {
    return frame.pose.yaw_rad;
}

double correlation_of(const motion::MotionClip& clip, const Value& a, const Value& b) {
    std::vector<double> of_a, of_b;
    for (const motion::MotionFrame& frame : clip.frames) {
        of_a.push_back(a(frame));
        of_b.push_back(b(frame));
    }
    return correlation(of_a, of_b);
}

double spread(const motion::MotionClip& clip, const Value& value) {
    double sum = 0, squares = 0;
    for (const motion::MotionFrame& frame : clip.frames) {
        sum += value(frame);
        squares += value(frame) * value(frame);
    }
    const auto n = static_cast<double>(clip.frames.size());
    return std::sqrt(squares / n - sum / n * (sum / n));
}

double gaze_yaw(const motion::MotionFrame& frame) {
    return vasa::head::left_gaze(frame.actions).yaw_rad;
}

}  // namespace

TEST_CASE("posture shifts slowly, as talking heads do beyond what is sampled", "[motion]") {
    motion::MotionClip clip = still();
    add_posture(clip, motion::Controls(), 3);
    constexpr double kDegree = 0.0174533;
    CHECK(spread(clip, yaw) == Approx(3.7 * kDegree).epsilon(0.15));
    CHECK(spread(clip, [](const motion::MotionFrame& f) { return f.pose.roll_rad; }) ==
          Approx(2.6 * kDegree).epsilon(0.15));
    CHECK(spread(clip, [](const motion::MotionFrame& f) { return f.pose.x_cm; }) ==
          Approx(0.7).epsilon(0.15));
    // The head moves sideways as it turns and down as it looks up.
    CHECK(correlation_of(clip, yaw, [](const motion::MotionFrame& f) { return f.pose.x_cm; }) ==
          Approx(0.45).margin(0.2));
    CHECK(correlation_of(
              clip,
              [](const motion::MotionFrame& f) { return f.pose.pitch_rad; },
              [](const motion::MotionFrame& f) { return f.pose.y_cm; }) ==
          Approx(-0.83).margin(0.12));
    for (std::size_t i = 1; i < clip.frames.size(); ++i) {
        REQUIRE(std::abs(yaw(clip.frames[i]) - yaw(clip.frames[i - 1])) < 0.9 * kDegree);
    }
}

TEST_CASE("the eyes go on looking where they looked while the posture shifts", "[motion]") {
    motion::MotionClip clip = still();
    add_posture(clip, motion::Controls(), 3);
    CHECK(correlation_of(clip, yaw, gaze_yaw) < -0.99);
    CHECK(spread(clip, gaze_yaw) == Approx(0.85 * spread(clip, yaw)).epsilon(0.05));
}

TEST_CASE("posture begins with the portrait, repeats by its seed and follows head motion",
          "[motion]") {
    motion::MotionClip one = still(), again = still(), other = still(), none = still(),
                       twice = still();
    add_posture(one, motion::Controls(), 5);
    add_posture(again, motion::Controls(), 5);
    add_posture(other, motion::Controls(), 6);
    motion::Controls controls;
    controls.set("head_motion", motion::ControlCurve(0.0F));
    add_posture(none, controls, 5);
    controls.set("head_motion", motion::ControlCurve(2.0F));
    add_posture(twice, controls, 5);
    CHECK(yaw(one.frames[0]) == 0.0);
    bool repeats = true, differs = false, is_left_out = true;
    for (std::size_t i = 0; i < one.frames.size(); ++i) {
        repeats &= yaw(one.frames[i]) == yaw(again.frames[i]);
        differs |= yaw(one.frames[i]) != yaw(other.frames[i]);
        is_left_out &= yaw(none.frames[i]) == 0.0 && gaze_yaw(none.frames[i]) == 0.0;
        REQUIRE(yaw(twice.frames[i]) == Approx(2 * yaw(one.frames[i])));
    }
    CHECK(repeats);
    CHECK(differs);
    CHECK(is_left_out);
}

TEST_CASE("pieces of posture are those of the whole", "[motion]") {
    motion::MotionClip whole = still(), pieces = still();
    add_posture(whole, motion::Controls(), 8);
    for (std::size_t first = 0; first < pieces.frames.size(); first += 37) {
        const std::size_t end = std::min(first + 37, pieces.frames.size());
        add_posture(pieces, first, end, motion::Controls(), 8);
    }
    for (std::size_t i = 0; i < whole.frames.size(); ++i) {
        REQUIRE(yaw(pieces.frames[i]) == yaw(whole.frames[i]));
        REQUIRE(gaze_yaw(pieces.frames[i]) == gaze_yaw(whole.frames[i]));
    }
}

TEST_CASE("the constants of posture make its spread, its ties and the steady gaze", "[motion]") {
    constexpr double kDegree = 0.0174533;
    const auto shifted = [](const PostureParams& params) {
        motion::MotionClip clip = still();
        add_posture(clip, motion::Controls(), 3, params);
        return clip;
    };
    const auto x = [](const motion::MotionFrame& f) { return f.pose.x_cm; };
    const motion::MotionClip usual = shifted({});
    PostureParams spoiled;
    spoiled.yaw_deg = 6.0F;
    spoiled.sideways_of_yaw = -0.45F;
    spoiled.eyes_stay = 0.2F;
    const motion::MotionClip other = shifted(spoiled);
    CHECK(spread(usual, yaw) == Approx(3.7 * kDegree).epsilon(0.15));
    CHECK(spread(other, yaw) > 1.15 * 3.7 * kDegree);
    CHECK(correlation_of(usual, yaw, x) > 0.2);
    CHECK(correlation_of(other, yaw, x) < -0.2);
    CHECK(spread(usual, gaze_yaw) > 0.8 * spread(usual, yaw));
    CHECK(spread(other, gaze_yaw) < 0.4 * spread(other, yaw));
    const auto fastest_deg = [](const motion::MotionClip& clip) {
        double fastest = 0;
        for (std::size_t i = 1; i < clip.frames.size(); ++i) {
            fastest = std::max(fastest, std::abs(yaw(clip.frames[i]) - yaw(clip.frames[i - 1])));
        }
        return fastest / kDegree;
    };
    spoiled = {};
    spoiled.max_shift_hz = 3.0;
    CHECK(fastest_deg(usual) < 0.9);
    CHECK(fastest_deg(shifted(spoiled)) > 0.9);
}
