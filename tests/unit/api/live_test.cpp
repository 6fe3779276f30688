// SPDX-License-Identifier: Apache-2.0
// Live streams through the C++ and the C interface.
#include "test_inputs.h"

#include "vasa/vasa.h"
#include "vasa/vasa_c.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "support/catch.h"

using namespace vasa;

namespace {

constexpr double kLongWait_s = 60;
constexpr std::int64_t kSecond = 16000;

std::vector<float> make_speech() {
    std::vector<float> samples;
    for (std::int64_t i = 0; i < kSecond; ++i) {
        const double t = static_cast<double>(i) / kSecond;
        samples.push_back(
            static_cast<float>(0.4 * std::max(0.0, std::sin(25 * t)) * std::sin(900 * t)));
    }
    return samples;
}

LiveOptions input_options() {
    LiveOptions options;
    options.pace = Pace::Input;
    options.render.decoder = Decoder::Geometry;
    return options;
}

std::vector<std::uint8_t> pixels(const std::uint8_t* rgb) {
    return {rgb, rgb + static_cast<std::ptrdiff_t>(512 * 512 * 3)};
}

}  // namespace

TEST_CASE("a live stream outlives its session and gives a frame for each moment of its speech") {
    const std::vector<float> speech = make_speech();
    const Face face = Face::load(test::face_file());
    Live live = [&] {
        Session session(test::model_dir());
        return session.live(face, input_options());
    }();
    live.push(speech.data(), kSecond);
    live.end();
    LiveFrame frame;
    std::vector<std::vector<std::uint8_t>> frames;
    std::vector<float> sound;
    while (live.next(frame, kLongWait_s) == LiveStatus::Frame) {
        CHECK(frame.index == static_cast<std::int64_t>(frames.size()));
        CHECK(frame.time_s == Approx(static_cast<double>(frame.index) / 25));
        REQUIRE(frame.rgb != nullptr);
        frames.push_back(pixels(frame.rgb));
        sound.insert(sound.end(), frame.sound, frame.sound + frame.num_sound_frames);
    }
    CHECK(frames.size() == 25);
    CHECK(sound == speech);
    CHECK(live.next(frame, 0) == LiveStatus::Ended);
    CHECK(frame.rgb == nullptr);
    CHECK(frames[5] != frames[6]);
}

TEST_CASE("the C interface gives the same live frames") {
    const std::vector<float> speech = make_speech();
    Session session(test::model_dir());
    Live live = session.live(Face::load(test::face_file()), input_options());
    live.push(speech.data(), kSecond);
    live.end();

    vasa_session* c_session = nullptr;
    vasa_face* face = nullptr;
    vasa_options* options = nullptr;
    vasa_live* c_live = nullptr;
    REQUIRE(vasa_session_new(test::model_dir().c_str(), &c_session) == VASA_OK);
    REQUIRE(vasa_face_load(test::face_file().c_str(), &face) == VASA_OK);
    REQUIRE(vasa_options_new(&options) == VASA_OK);
    REQUIRE(vasa_options_set(options, "decoder", "geometry") == VASA_OK);
    REQUIRE(vasa_live_new(c_session, face, options, VASA_PACE_INPUT, 16000, 1, &c_live) == VASA_OK);
    std::int64_t room = 0;
    CHECK(vasa_live_room(c_live, &room) == VASA_OK);
    CHECK(room >= kSecond);
    CHECK(vasa_live_push(c_live, speech.data(), kSecond) == VASA_OK);
    CHECK(vasa_live_end(c_live) == VASA_OK);
    CHECK(vasa_live_push(c_live, speech.data(), 1) == VASA_ERROR_USAGE);
    LiveFrame frame;
    vasa_live_frame c_frame;
    for (int i = 0; i < 25; ++i) {
        REQUIRE(live.next(frame, kLongWait_s) == LiveStatus::Frame);
        REQUIRE(vasa_live_next(c_live, kLongWait_s, &c_frame) == VASA_OK);
        REQUIRE(c_frame.status == VASA_LIVE_FRAME);
        CHECK(c_frame.index == i);
        CHECK(std::equal(
            frame.rgb, frame.rgb + static_cast<std::ptrdiff_t>(512 * 512 * 3), c_frame.rgb));
    }
    CHECK(vasa_live_next(c_live, kLongWait_s, &c_frame) == VASA_OK);
    CHECK(c_frame.status == VASA_LIVE_ENDED);
    vasa_live_free(c_live);
    vasa_options_free(options);
    vasa_face_free(face);
    vasa_session_free(c_session);
}

TEST_CASE("a live stream may be interrupted, paused, controlled and shown another face") {
    Session session(test::model_dir());
    const Face face = Face::load(test::face_file());
    LiveOptions options = input_options();
    options.pace = Pace::Real;
    Live live = session.live(face, options);
    const std::vector<float> speech = make_speech();
    LiveFrame frame;
    REQUIRE(live.next(frame, kLongWait_s) == LiveStatus::Frame);
    live.push(speech.data(), kSecond);
    const std::int64_t room = live.room();
    CHECK(live.interrupt() >= 1);
    CHECK(live.room() >= room);
    live.pause(true);
    Controls controls;
    controls.set("amplitude", ControlCurve(0.5F));
    live.set_controls(controls);
    CHECK(live.show(face) >= 1);
    live.end();
}

TEST_CASE("a live stream refuses what it cannot do") {
    Session session(test::model_dir());
    const Face face = Face::load(test::face_file());
    LiveOptions options = input_options();
    options.is_yuv = true;
    CHECK_THROWS_AS(session.live(face, options), Error);
    options = input_options();
    options.render.audio = "speech.wav";
    CHECK_THROWS_AS(session.live(face, options), Error);
    vasa_live* live = nullptr;
    CHECK(vasa_live_new(nullptr, nullptr, nullptr, VASA_PACE_REAL, 16000, 1, &live) ==
          VASA_ERROR_USAGE);
    CHECK(live == nullptr);
    CHECK(vasa_live_push(nullptr, nullptr, 0) == VASA_ERROR_USAGE);
    vasa_live_free(nullptr);
}
