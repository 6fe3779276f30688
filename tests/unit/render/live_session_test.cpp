// SPDX-License-Identifier: Apache-2.0
#include "vasa/render/live_session.h"

#include "support/synthetic_face.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <thread>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using render::LiveFrame;
using render::LiveOptions;
using render::LiveSession;
using render::LiveStatus;
using render::Pace;

namespace {

constexpr double kLongWait_s = 60;

std::shared_ptr<const head::FaceCode> make_face(int seed) {
    const head::HeadModel head = support::load_head();
    return std::make_shared<const head::FaceCode>(support::make_face_code(head, seed));
}

std::shared_ptr<render::RenderCache> make_cache() {
    return std::make_shared<render::RenderCache>(support::model_dir(), 2);
}

LiveOptions options_at(Pace pace) {
    LiveOptions options;
    options.pace = pace;
    options.render.decoder = render::Decoder::Geometry;
    options.render.model_dir = support::model_dir();
    options.render.drive.seed = 5;
    return options;
}

/// Bursts of a voice with pauses.
std::vector<float> make_speech(double seconds, int rate, int channels) {
    std::vector<float> samples;
    const auto num_frames = static_cast<std::int64_t>(seconds * rate);
    for (std::int64_t i = 0; i < num_frames; ++i) {
        const double t = static_cast<double>(i) / rate;
        const double level = std::max(0.0, std::sin(2 * M_PI * 2 * t));
        const double voice = std::sin(2 * M_PI * 140 * t) + 0.5 * std::sin(2 * M_PI * 700 * t);
        samples.insert(samples.end(),
                       static_cast<std::size_t>(channels),
                       static_cast<float>(0.4 * level * voice));
    }
    return samples;
}

/// Pushes speech in pieces and takes frames until the end.
std::vector<LiveFrame> run_to_end(LiveSession& session,
                                  const std::vector<float>& speech,
                                  int channels,
                                  std::int64_t piece) {
    std::vector<LiveFrame> frames;
    std::size_t begin = 0;
    for (;;) {
        const std::int64_t left = static_cast<std::int64_t>(speech.size() - begin) / channels;
        const std::int64_t count = std::min({piece, left, session.room()});
        if (left > 0) {
            session.push(speech.data() + begin, count);
            begin += static_cast<std::size_t>(count * channels);
        } else {
            session.end();
        }
        LiveFrame frame;
        const LiveStatus status = session.next(frame, left == 0 ? kLongWait_s : 0.0);
        if (status == LiveStatus::Ended) {
            return frames;
        }
        if (status == LiveStatus::Frame) {
            frames.push_back(std::move(frame));
        }
    }
}

LiveFrame next_frame(LiveSession& session) {
    LiveFrame frame;
    REQUIRE(session.next(frame, kLongWait_s) == LiveStatus::Frame);
    return frame;
}

}  // namespace

TEST_CASE("a live stream paced by its input has the length and the sound of its speech") {
    const auto cache = make_cache();
    LiveOptions options = options_at(Pace::Input);
    options.sample_rate = 44100;
    options.channels = 2;
    options.render.fps = {30000, 1001};
    const std::vector<float> speech = make_speech(1.0, 44100, 2);
    LiveSession session(cache, options, make_face(1));
    const std::vector<LiveFrame> frames = run_to_end(session, speech, 2, 1000);
    CHECK(static_cast<std::int64_t>(frames.size()) ==
          core::num_frames(44100, 44100, options.render.fps));
    std::vector<float> sound;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        CHECK(frames[i].index == static_cast<std::int64_t>(i));
        CHECK(frames[i].rgb.data.size() == 512U * 512U * 3U);
        sound.insert(sound.end(), frames[i].sound.begin(), frames[i].sound.end());
    }
    REQUIRE(sound.size() >= speech.size());
    CHECK(std::equal(speech.begin(), speech.end(), sound.begin()));
    CHECK(std::all_of(sound.begin() + static_cast<std::ptrdiff_t>(speech.size()),
                      sound.end(),
                      [](float sample) { return sample == 0.0F; }));
}

TEST_CASE("frames of a live stream do not depend on how the speech is cut") {
    const auto cache = make_cache();
    const std::vector<float> speech = make_speech(0.8, 16000, 1);
    std::vector<std::vector<LiveFrame>> runs;
    for (const std::int64_t piece : {77, 5000}) {
        LiveSession session(cache, options_at(Pace::Input), make_face(1));
        runs.push_back(run_to_end(session, speech, 1, piece));
    }
    REQUIRE(runs[0].size() == 20);
    REQUIRE(runs[1].size() == 20);
    for (std::size_t i = 0; i < 20; ++i) {
        INFO("frame " << i);
        CHECK(runs[0][i].rgb.data == runs[1][i].rgb.data);
    }
    CHECK(runs[0][5].rgb.data != runs[0][10].rgb.data);  // the mouth moves
}

TEST_CASE("a live stream paced by the clock idles without speech and ends with it") {
    LiveSession session(make_cache(), options_at(Pace::Real), make_face(1));
    std::int64_t num_frames = 0;
    double first_s = 0;
    for (; num_frames < 10; ++num_frames) {
        const LiveFrame frame = next_frame(session);
        CHECK(frame.index == num_frames);
        CHECK_FALSE(frame.arrival_s);
        first_s = num_frames == 0 ? render::live_now_s() : first_s;
    }
    // Frames come no sooner than they are due.
    CHECK(render::live_now_s() - first_s > 0.34);
    const std::vector<float> speech = make_speech(0.2, 16000, 1);
    session.push(speech.data(), static_cast<std::int64_t>(speech.size()));
    session.end();
    std::int64_t num_with_speech = 0;
    LiveFrame frame;
    LiveStatus status = LiveStatus::Frame;
    while ((status = session.next(frame, kLongWait_s)) == LiveStatus::Frame) {
        num_with_speech += frame.arrival_s ? 1 : 0;
    }
    CHECK(status == LiveStatus::Ended);
    CHECK((num_with_speech == 5 || num_with_speech == 6));  // 0.2 s, maybe over a frame's edge
    CHECK(session.stats().speech_s == Approx(0.2));
    CHECK(session.stats().silence_s > 0.3);
}

TEST_CASE("an interrupt drops the speech that waits and what was about to be heard") {
    LiveSession session(make_cache(), options_at(Pace::Real), make_face(1));
    const std::vector<float> speech(16000 * 4, 0.5F);
    session.push(speech.data(), static_cast<std::int64_t>(speech.size()));
    LiveFrame frame = next_frame(session);
    while (!frame.arrival_s) {
        frame = next_frame(session);
    }
    const std::int64_t first_after = session.interrupt();
    CHECK(session.stats().waiting_s == 0);
    CHECK(first_after <= frame.index + 2);
    for (int i = 0; i < 6; ++i) {
        frame = next_frame(session);
        INFO("frame " << frame.index << ", interrupted before " << first_after);
        if (frame.index > first_after) {
            CHECK(std::all_of(frame.sound.begin(), frame.sound.end(), [](float sample) {
                return sample == 0.0F;
            }));
        }
    }
}

TEST_CASE("another portrait appears at the frame that is named") {
    LiveSession session(make_cache(), options_at(Pace::Input), make_face(1));
    const std::vector<float> silence(16000, 0.0F);
    session.push(silence.data(), 16000);
    session.end();
    std::vector<LiveFrame> frames;
    frames.push_back(next_frame(session));
    head::FaceCode bright = *make_face(1);
    for (std::uint8_t& value : bright.appearance.canvas.data) {
        value = static_cast<std::uint8_t>(std::min(value + 60, 255));
    }
    const std::int64_t first =
        session.show_face(std::make_shared<const head::FaceCode>(std::move(bright)));
    CHECK(first <= 2);
    for (int i = 0; i < 6; ++i) {
        frames.push_back(next_frame(session));
    }
    const auto difference = [&](std::int64_t a, std::int64_t b) {
        const auto& x = frames[static_cast<std::size_t>(a)].rgb.data;
        const auto& y = frames[static_cast<std::size_t>(b)].rgb.data;
        double sum = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            sum += std::abs(x[i] - y[i]);
        }
        return sum / static_cast<double>(x.size());
    };
    CHECK(difference(first - 1, first) > 5 * difference(first, first + 1));
}

TEST_CASE("speech that is paused waits, and speech beyond the room is refused") {
    LiveSession session(make_cache(), options_at(Pace::Real), make_face(1));
    session.pause(true);
    const std::vector<float> speech(16000, 0.5F);
    session.push(speech.data(), 16000);
    for (int i = 0; i < 5; ++i) {
        CHECK_FALSE(next_frame(session).arrival_s);
    }
    CHECK(session.stats().waiting_s == Approx(1.0));
    session.pause(false);
    LiveFrame frame = next_frame(session);
    for (int i = 0; i < 25 && !frame.arrival_s; ++i) {
        frame = next_frame(session);
    }
    CHECK(frame.arrival_s);
    const std::vector<float> much(static_cast<std::size_t>(session.room()) + 16000);
    CHECK_THROWS_AS(session.push(much.data(), static_cast<std::int64_t>(much.size())), core::Error);
    session.end();
    CHECK_THROWS_AS(session.push(speech.data(), 1), core::Error);
}

TEST_CASE("speech of a live stream with a largest lag does not pile up") {
    LiveOptions options = options_at(Pace::Real);
    options.max_lag_s = 0.3;
    LiveSession session(make_cache(), options, make_face(1));
    next_frame(session);
    const std::vector<float> speech(16000, 0.5F);
    session.push(speech.data(), 16000);
    CHECK(session.stats().dropped_s > 0.5);
    CHECK(session.stats().waiting_s < 0.1);
}

TEST_CASE("a live stream refuses options that it does not have") {
    LiveOptions options = options_at(Pace::Real);
    options.render.motion = "clip.csv";
    CHECK_THROWS_AS(LiveSession(make_cache(), options, make_face(1)), core::Error);
    options = options_at(Pace::Real);
    options.sample_rate = 100;
    CHECK_THROWS_AS(LiveSession(make_cache(), options, make_face(1)), core::Error);
    options = options_at(Pace::Real);
    options.render.image = "a.png";
    CHECK_THROWS_AS(LiveSession(make_cache(), options, make_face(1)), core::Error);
}
