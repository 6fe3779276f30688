// SPDX-License-Identifier: Apache-2.0
#include "support/test_folder.h"
#include "test_inputs.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/catch.h"

using namespace vasa;
namespace fs = std::filesystem;

namespace {

/// The error that `action` throws; the test fails if it throws none.
Error error_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error;
    }
    FAIL("no error");
    return {ErrorKind::Internal, ""};
}

struct Received {
    std::vector<std::vector<std::uint8_t>> frames;
    std::vector<double> times_s;
};

FrameFn collect(Received& received) {
    return [&received](const VideoFrame& frame) {
        CHECK(frame.index == static_cast<std::int64_t>(received.frames.size()));
        CHECK(frame.width_px == 512);
        CHECK(frame.height_px == 512);
        received.frames.emplace_back(frame.rgb, frame.rgb + 3 * 512 * 512);
        received.times_s.push_back(frame.time_s);
        return true;
    };
}

}  // namespace

TEST_CASE("a session hands frames to a callback, the same whatever it did before") {
    Session session(test::model_dir());
    const Face face = Face::load(test::face_file());
    RenderOptions options = test::quick_options();
    set_option(options, "fps", "50");
    Received first, again;
    RenderCallbacks callbacks;
    callbacks.on_frame = collect(first);
    std::int64_t num_done = 0;
    callbacks.on_progress = [&](std::int64_t done, std::int64_t total) {
        CHECK(total == 8);
        CHECK(done == ++num_done);
    };
    const RenderResult result = session.render(face, test::nodding(4), options, callbacks);
    CHECK(result.num_frames == 8);
    CHECK(result.duration_s == Approx(0.16));
    CHECK(result.driver == "file");
    CHECK(num_done == 8);
    REQUIRE(first.frames.size() == 8);
    CHECK(first.times_s[1] == Approx(0.02));
    CHECK(first.times_s[7] == Approx(0.14));
    CHECK(first.frames[0] != first.frames[5]);
    callbacks.on_progress = {};
    callbacks.on_frame = collect(again);
    session.render(face, test::nodding(4), options, callbacks);
    CHECK(again.frames == first.frames);
}

TEST_CASE("a frame callback may stop the render, which then is an error") {
    Session session(test::model_dir());
    const Face face = Face::load(test::face_file());
    const Motion motion = test::nodding(50);
    const RenderOptions options = test::quick_options();
    int num_frames = 0;
    const Error stopped = error_of([&] {
        RenderCallbacks callbacks;
        callbacks.on_frame = [&](const VideoFrame&) { return ++num_frames < 3; };
        session.render(face, motion, options, callbacks);
    });
    CHECK(stopped.kind() == ErrorKind::Interrupted);
    CHECK_THAT(stopped.what(), Catch::Contains("frame callback at frame 2"));
    CHECK(num_frames == 3);

    const auto throwing = [&](const std::function<void()>& what) {
        return error_of([&] {
            RenderCallbacks callbacks;
            callbacks.on_frame = [&](const VideoFrame&) {
                what();
                return true;
            };
            session.render(face, motion, options, callbacks);
        });
    };
    const Error other = throwing([] { throw std::runtime_error("window closed"); });
    CHECK(other.kind() == ErrorKind::Output);
    CHECK_THAT(other.what(), Catch::Contains("frame callback") && Catch::Contains("window closed"));
    CHECK(throwing([] { throw 1; }).kind() == ErrorKind::Output);
    CHECK(throwing([] { throw Error(ErrorKind::Resource, "mine"); }).kind() == ErrorKind::Resource);

    // A stopped render leaves nothing at its file.
    const TestFolder folder;
    const Error interrupted = error_of([&] {
        RenderOptions to_file = options;
        to_file.out = folder / "clip.mp4";
        RenderCallbacks callbacks;
        callbacks.on_progress = [&](std::int64_t, std::int64_t) { callbacks.stop.request_stop(2); };
        session.render(face, motion, to_file, callbacks);
    });
    CHECK(interrupted.kind() == ErrorKind::Interrupted);
    CHECK(folder.num_files() == 0);
}

TEST_CASE("a session serves one call at a time") {
    Session session(test::model_dir());
    const Face face = Face::load(test::face_file());
    const Motion motion = test::nodding(2);
    const RenderOptions options = test::quick_options();
    RenderCallbacks callbacks;
    std::vector<Error> inner;
    callbacks.on_frame = [&](const VideoFrame&) {
        inner.push_back(error_of([&] { session.render(face, motion, options); }));
        std::thread([&] {
            inner.push_back(error_of([&] { session.encode("portrait.png"); }));
        }).join();
        return false;
    };
    CHECK(error_of([&] { session.render(face, motion, options, callbacks); }).kind() ==
          ErrorKind::Interrupted);
    REQUIRE(inner.size() == 2);
    CHECK(inner[0].kind() == ErrorKind::Usage);
    CHECK_THAT(inner[0].what(), Catch::Contains("busy"));
    CHECK_THAT(inner[1].what(), Catch::Contains("busy"));
    // The session is free again afterwards.
    callbacks.on_frame = [](const VideoFrame&) { return true; };
    CHECK(session.render(face, motion, options, callbacks).num_frames == 2);
}

TEST_CASE("a session renders files, on more threads than an encoder takes") {
    const TestFolder folder;
    Session session(test::model_dir());
    RenderOptions options = test::quick_options();
    options.out = folder / "clip.mp4";
    options.audio = folder / "speech.wav";
    options.threads = 128;
    test::write_speech(options.audio, 0.4);
    const RenderResult result = session.render(Face::load(test::face_file()), options);
    CHECK(result.num_frames == 10);
    CHECK(result.driver == "rules");
    CHECK(fs::file_size(options.out) > 1000);
    CHECK(error_of([&] { session.render(Face::load(test::face_file()), options); }).kind() ==
          ErrorKind::Output);  // exists
    options.threads = 0;
    options.force = true;
    CHECK(session.render(Face::load(test::face_file()), options).num_frames == 10);
}

TEST_CASE("a session makes a seed from face and speech, and says which") {
    const TestFolder folder;
    Session session(test::model_dir());
    const Face face = Face::load(test::face_file());
    RenderOptions options = test::quick_options();
    const auto render = [&](double speech_s, const std::string& name) {
        options.audio = folder / name;
        test::write_speech(options.audio, speech_s);
        Received received;
        RenderCallbacks callbacks;
        callbacks.on_frame = collect(received);
        const std::uint64_t seed = session.render(face, options, callbacks).seed;
        return std::pair(seed, received.frames.back());
    };
    const auto first = render(0.4, "a.wav");
    CHECK(first.first != 0);
    CHECK(render(0.4, "b.wav") == first);
    CHECK(render(0.44, "a.wav").first != first.first);
    CHECK(get_option(options, "seed").empty());
    set_option(options, "seed", std::to_string(first.first));
    CHECK(render(0.4, "a.wav") == first);
    set_option(options, "seed", "1");
    CHECK(render(0.4, "a.wav").second != first.second);
    CHECK(session.animate(options.audio, options).sample(9).pose !=
          session.animate(options.audio, test::quick_options()).sample(9).pose);
}

TEST_CASE("what is given twice or not at all is a usage error") {
    Session session(test::model_dir());
    const Face face = Face::load(test::face_file());
    const Motion motion = test::nodding(2);
    RenderCallbacks callbacks;
    callbacks.on_frame = [](const VideoFrame&) { return true; };
    const auto with = [&](const std::function<void(RenderOptions&)>& change) {
        RenderOptions options = test::quick_options();
        change(options);
        const Error error = error_of([&] { session.render(face, motion, options, callbacks); });
        CHECK(error.kind() == ErrorKind::Usage);
        return std::string(error.what());
    };
    CHECK_THAT(with([](RenderOptions& o) { o.image = "a.png"; }), Catch::Contains("--image"));
    CHECK_THAT(with([](RenderOptions& o) { o.face = "a.safetensors"; }), Catch::Contains("--face"));
    CHECK_THAT(with([](RenderOptions& o) { o.motion = "a.csv"; }), Catch::Contains("--motion"));
    CHECK_THAT(with([](RenderOptions& o) { o.out = "a.mp4"; }), Catch::Contains("--out"));
    CHECK_THAT(with([](RenderOptions& o) { o.model_dir = "/"; }), Catch::Contains("model folder"));
    with([](RenderOptions& o) { o.crf = 99; });
    with([](RenderOptions& o) { o.threads = -1; });
    const RenderOptions none = test::quick_options();
    CHECK(error_of([&] { session.render(face, motion, none); }).kind() == ErrorKind::Usage);
    CHECK(error_of([&] { session.render(none, callbacks); }).kind() == ErrorKind::Usage);
    CHECK(error_of([] { Session("/no/such/folder"); }).kind() == ErrorKind::Model);
}

TEST_CASE("options are set by the names and texts of the command line") {
    RenderOptions options;
    set_option(options, "crf", "20");
    CHECK(options.crf == 20);
    CHECK(get_option(options, "crf") == "20");
    set_option(options, "loop", "true");
    CHECK(options.loop);
    set_option(options, "decoder", "full");
    CHECK(options.decoder == Decoder::Full);
    for (const auto& [name, value] :
         {std::pair{"crf", "99"}, {"crf", "x"}, {"no-such", "1"}, {"decoder", "best"}}) {
        INFO(name << " " << value);
        const Error error = error_of([&, n = name, v = value] { set_option(options, n, v); });
        CHECK(error.kind() == ErrorKind::Usage);
        CHECK_THAT(error.what(), Catch::Contains(name));
    }
    CHECK(error_of([&] { get_option(options, "no-such"); }).kind() == ErrorKind::Usage);
    CHECK(options.crf == 20);
}

TEST_CASE("a motion keeps its samples, in memory and in files") {
    const TestFolder folder;
    const Motion motion = test::nodding(10);
    CHECK(motion.num_samples() == 10);
    CHECK(motion.duration_s() == Approx(0.4));
    motion.save(folder / "motion.safetensors");
    CHECK(error_of([&] { motion.save(folder / "motion.safetensors"); }).kind() ==
          ErrorKind::Output);
    motion.save(folder / "motion.safetensors", true);
    const Motion again = Motion::load(folder / "motion.safetensors");
    REQUIRE(again.num_samples() == 10);
    CHECK(again.sample(3).pose == motion.sample(3).pose);
    CHECK(again.sample(3).actions == motion.sample(3).actions);
    CHECK(motion.sample(3).actions[17] > 0.1F);
    CHECK(error_of([&] { motion.sample(10); }).kind() == ErrorKind::Usage);
    CHECK(error_of([&] { motion.sample(-1); }).kind() == ErrorKind::Usage);

    MotionSample bad;
    bad.pose[0] = std::numeric_limits<float>::quiet_NaN();
    CHECK(error_of([&] { Motion("25", {bad}); }).kind() == ErrorKind::Input);
    bad = {};
    bad.actions[51] = 2;
    CHECK_THAT(error_of([&] {
                   Motion("25", {MotionSample(), bad});
               }).what(),
               Catch::Contains("sample 1"));
    CHECK(error_of([] { Motion("25", {}); }).kind() == ErrorKind::Input);
    CHECK(error_of([] { Motion("0", {MotionSample()}); }).kind() == ErrorKind::Usage);
}

TEST_CASE("a session makes motion of speech") {
    const TestFolder folder;
    test::write_speech(folder / "speech.wav", 1.0);
    Session session(test::model_dir());
    RenderOptions options = test::quick_options();
    set_option(options, "fps", "30");
    const Motion motion = session.animate(folder / "speech.wav", options);
    CHECK(motion.num_samples() == 30);
    CHECK(motion.duration_s() == Approx(1.0));
    float most = 0;
    for (std::int64_t i = 0; i < motion.num_samples(); ++i) {
        most = std::max(most, motion.sample(i).actions[17]);
    }
    CHECK(most > 0.02F);
    CHECK(error_of([&] { session.animate(folder / "none.wav", options); }).kind() ==
          ErrorKind::Input);
}

TEST_CASE("a session encodes portraits") {
    const auto portrait = test::find_portrait();
    if (!portrait) {
        return;
    }
    const TestFolder folder;
    Session session(test::model_dir());
    const Face face = session.encode(*portrait);
    CHECK(face.fit_error() > 0);
    CHECK(face.fit_error() < 0.03F);
    face.save(folder / "face.safetensors");
    CHECK(Face::load(folder / "face.safetensors").fit_error() == Approx(face.fit_error()));
    CHECK(error_of([&] { session.encode(folder / "none.png"); }).kind() == ErrorKind::Input);
    RenderOptions second;
    second.face_index = 1;
    CHECK(error_of([&] { session.encode(*portrait, second); }).kind() == ErrorKind::Input);
}

TEST_CASE("the library's log goes to the program's sink") {
    std::vector<std::string> lines;
    set_log_sink([&](LogLevel, const std::string& message) { lines.push_back(message); });
    Session session(test::model_dir());
    RenderCallbacks callbacks;
    callbacks.on_frame = [](const VideoFrame&) { return true; };
    session.render(
        Face::load(test::face_file()), test::nodding(1), test::quick_options(), callbacks);
    set_log_sink({});
    CHECK(!lines.empty());
}
