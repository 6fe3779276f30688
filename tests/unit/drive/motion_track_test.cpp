// SPDX-License-Identifier: Apache-2.0
#include "vasa/drive/motion_track.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <thread>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::drive;

namespace {

motion::MotionClip clip_of(std::int64_t num_frames, float value) {
    motion::MotionClip clip;
    for (std::int64_t i = 0; i < num_frames; ++i) {
        motion::MotionFrame frame;
        frame.pose.x_cm = value + static_cast<float>(i);
        frame.actions.values[0] = value;
        clip.frames.push_back(frame);
    }
    return clip;
}

/// Returns 10 frames of clip_of(25, 0) per call, and counts the calls.
MotionTrack::Source in_pieces(int& num_calls) {
    return [&num_calls, clip = clip_of(25, 0.0F), given = std::size_t{0}]() mutable {
        ++num_calls;
        const std::size_t end = std::min(given + 10, clip.frames.size());
        std::vector<motion::MotionFrame> frames(
            clip.frames.begin() + static_cast<std::ptrdiff_t>(given),
            clip.frames.begin() + static_cast<std::ptrdiff_t>(end));
        given = end;
        return frames;
    };
}

}  // namespace

TEST_CASE("motion is made as far as it is asked for, and kept") {
    int num_calls = 0;
    MotionTrack track;
    CHECK(track.num_frames() == 0);
    track.begin(in_pieces(num_calls), 25);
    CHECK(num_calls == 0);
    CHECK(track.at(3).pose.x_cm == 3.0F);
    CHECK(num_calls == 1);
    CHECK(track.at(11).pose.x_cm == 11.0F);
    CHECK(track.at(0).pose.x_cm == 0.0F);
    CHECK(num_calls == 2);
    CHECK(track.at(24).pose.x_cm == 24.0F);
    CHECK(num_calls == 3);
    CHECK_THROWS_AS(track.at(25), core::Error);
    CHECK_THROWS_AS(track.at(-1), core::Error);
    track.begin(in_pieces(num_calls), 26);
    CHECK_THROWS_AS(track.at(25), core::Error);
}

TEST_CASE("pose and actions of motion may come from other clips") {
    int num_calls = 0;
    MotionTrack track;
    track.begin(in_pieces(num_calls), 25);
    track.take_pose_from(clip_of(25, 100.0F));
    CHECK(track.at(7).pose.x_cm == 107.0F);
    CHECK(track.at(7).actions.values[0] == 0.0F);
    track.take_actions_from(clip_of(25, 0.5F));
    CHECK(track.at(20).pose.x_cm == 120.0F);
    CHECK(track.at(20).actions.values[0] == 0.5F);
}

TEST_CASE("threads that ask for motion at once get the same") {
    int num_calls = 0;
    MotionTrack track;
    track.begin(in_pieces(num_calls), 25);
    bool is_right = true;
    std::thread other([&] {
        for (int i = 24; i >= 0; --i) {
            is_right &= track.at(i).pose.x_cm == static_cast<float>(i);
        }
    });
    for (int i = 0; i < 25; ++i) {
        CHECK(track.at(i).pose.x_cm == static_cast<float>(i));
    }
    other.join();
    CHECK(is_right);
    CHECK(num_calls == 3);
}
