// SPDX-License-Identifier: Apache-2.0
// The sound line and the clock of a live stream.
#include "live/live_clock.h"
#include "live/sound_line.h"

#include "vasa/core/rng.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using render::LiveClock;
using render::SoundLine;

namespace {

std::vector<float> ramp(std::int64_t num_samples) {
    std::vector<float> samples;
    for (std::int64_t i = 0; i < num_samples; ++i) {
        samples.push_back(0.1F + 1e-5F * static_cast<float>(i));
    }
    return samples;
}

}  // namespace

TEST_CASE("the sound of a live stream's frames is its speech, sample by sample") {
    SoundLine line(44100, 2, {30000, 1001});
    const std::vector<float> speech = ramp(44100 * 2);
    std::vector<float> expected, on_line, shown;
    core::Rng rng(7);
    for (std::size_t begin = 0; begin < speech.size();) {
        const std::size_t count = std::min<std::size_t>(2 * rng.below(900), speech.size() - begin);
        line.push(speech.data() + begin, static_cast<std::int64_t>(count / 2), 0);
        expected.insert(expected.end(),
                        speech.begin() + static_cast<std::ptrdiff_t>(begin),
                        speech.begin() + static_cast<std::ptrdiff_t>(begin + count));
        begin += count;
        line.take(line.num_waiting(), on_line);
        line.add_silence(7, on_line);
        expected.insert(expected.end(), 14, 0.0F);
        while (line.length() - static_cast<std::int64_t>(shown.size() / 2) > 1472) {
            const std::vector<float> sound = line.next_frame_sound();
            shown.insert(shown.end(), sound.begin(), sound.end());
        }
    }
    CHECK(on_line == expected);
    REQUIRE(shown.size() > speech.size() - 4000);
    CHECK(std::equal(shown.begin(), shown.end(), expected.begin()));
}

TEST_CASE("frames of a live stream begin where their time is, for hours") {
    const core::Rational fps = {30000, 1001};
    const SoundLine line(44100, 1, fps);
    for (const std::int64_t frame : {std::int64_t{0}, std::int64_t{1}, std::int64_t{1'000'003}}) {
        const double time_s = static_cast<double>(frame) / fps.value();
        CHECK(std::fabs(static_cast<double>(line.first_sample_of(frame)) - 44100 * time_s) <= 0.51);
    }
}

TEST_CASE("a frame of a live stream tells when its first speech came") {
    SoundLine line(1000, 1, {25, 1});  // 40 samples a frame
    const std::vector<float> speech = ramp(100);
    std::vector<float> taken;
    line.add_silence(60, taken);
    line.push(speech.data(), 30, 1.5);
    line.push(speech.data(), 70, 2.5);
    line.take(50, taken);
    line.take(50, taken);
    line.next_frame_sound();
    CHECK_FALSE(line.frame_arrival_s());  // silence alone
    line.next_frame_sound();
    CHECK(line.frame_arrival_s() == 1.5);
    line.next_frame_sound();
    CHECK(line.frame_arrival_s() == 1.5);
    line.next_frame_sound();
    CHECK(line.frame_arrival_s() == 2.5);
    CHECK(line.end_of_speech() == 160);
}

TEST_CASE("speech that is broken off fades at once and leaves the line as long as it was") {
    SoundLine line(1000, 1, {25, 1});
    const std::vector<float> speech(100, 0.5F);
    std::vector<float> taken;
    line.push(speech.data(), 100, 1.0);
    line.take(100, taken);
    line.hush();
    const std::vector<float> sound = line.next_frame_sound();
    REQUIRE(sound.size() == 40);
    CHECK(sound[1] < 0.5F);
    CHECK(sound[10] == 0.0F);  // 10 ms later
    CHECK_FALSE(line.frame_arrival_s());
    CHECK(line.length() == 100);
}

TEST_CASE("of speech that waits too long the newest is kept") {
    SoundLine line(1000, 1, {25, 1});
    const std::vector<float> speech = ramp(500);
    line.push(speech.data(), 500, 1.0);
    CHECK(line.drop_waiting(20) == Approx(0.48));
    std::vector<float> taken;
    line.take(line.num_waiting(), taken);
    CHECK(taken == std::vector<float>(speech.end() - 20, speech.end()));
}

TEST_CASE("a live clock skips what is late and is set back when all is lost") {
    LiveClock clock({25, 1});
    clock.start(0, 100.0);
    CHECK(clock.due_s(50) == Approx(102.0));
    CHECK_FALSE(clock.is_too_late(50, 102.03));
    CHECK(clock.is_too_late(50, 102.05));
    CHECK(clock.slip(50, 103.0) == 0);
    CHECK(clock.slip(50, 110.0) == Approx(8.0));
    CHECK(clock.due_s(51) == Approx(110.04));
}

TEST_CASE("a live frame is begun as long before it is due as frames take") {
    LiveClock clock({25, 1});
    clock.start(0, 100.0);
    for (int i = 0; i < 200; ++i) {
        clock.note_motion_cost(0.010);
        clock.note_picture_cost(0.020);
    }
    const double ahead_s = clock.due_s(10) - clock.deadline_s(10);
    CHECK(ahead_s > 0.03);
    CHECK(ahead_s < 0.05);
    // The moment whose frame has to be begun now.
    CHECK(clock.position_s(clock.deadline_s(10)) == Approx(0.4));
}
