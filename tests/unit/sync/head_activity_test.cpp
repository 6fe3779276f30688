// SPDX-License-Identifier: Apache-2.0
#include "vasa/sync/head_activity.h"

#include "support/nodding_motion.h"

#include "vasa/head/pose.h"

#include <algorithm>
#include <cmath>

#include "support/catch.h"

using namespace vasa;
using motion::MotionFrame;

namespace {

std::vector<MotionFrame> a_head() {
    core::Rng rng(3);
    const core::Track jaw = support::make_phrases(200, rng);
    std::vector<MotionFrame> frames = support::make_nodding_motion(jaw, jaw, 2, rng).frames;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        frames[i].pose.x_cm = frames[i].pose.yaw_rad * 10.0F + 0.001F * static_cast<float>(i);
        frames[i].pose.roll_rad = 0.03F * std::sin(0.2F * static_cast<float>(i));
        frames[i].actions[head::Action::BrowInnerUp] = 0.5F * jaw[i];
    }
    return frames;
}

float largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
    float largest = a.size() == b.size() ? 0.0F : 1e9F;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        largest = std::max(largest, std::abs(a[i] - b[i]));
    }
    return largest;
}

}  // namespace

TEST_CASE("head activity depends neither on the size of motion nor on its place") {
    const std::vector<MotionFrame> head = a_head();
    std::vector<MotionFrame> other = head;
    for (MotionFrame& frame : other) {
        frame.pose = head::scaled(frame.pose, 2.5F);
        frame.pose.pitch_rad += 0.2F;
        frame.pose.y_cm += 4.0F;
        frame.actions[head::Action::BrowInnerUp] *= 2.0F;
    }
    const std::vector<float> features = sync::head_activity(head);
    REQUIRE(features.size() == head.size() * sync::kHeadActivityWidth);
    CHECK(largest_difference(features, sync::head_activity(other)) < 0.02F);
    // The comparison would see a head that moves otherwise.
    std::reverse(other.begin(), other.end());
    CHECK(largest_difference(features, sync::head_activity(other)) > 1.0F);
}

TEST_CASE("head activity is the same in the mirror") {
    const std::vector<MotionFrame> head = a_head();
    std::vector<MotionFrame> mirrored = head;
    for (MotionFrame& frame : mirrored) {
        frame.pose = head::mirrored(frame.pose);
        frame.actions = head::mirrored(frame.actions);
    }
    CHECK(largest_difference(sync::head_activity(head), sync::head_activity(mirrored)) < 1e-3F);
}

TEST_CASE("a head that is held still has no activity") {
    std::vector<MotionFrame> head = a_head();
    std::fill(head.begin(), head.end(), head.front());
    const std::vector<float> features = sync::head_activity(head);
    CHECK(largest_difference(features, std::vector<float>(features.size(), 0.0F)) < 1e-2F);
    CHECK(sync::head_activity({}).empty());
}
