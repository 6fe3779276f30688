// SPDX-License-Identifier: Apache-2.0
#include "support/test_folder.h"
#include "test_inputs.h"

#include "vasa/vasa_c.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>

#include "support/catch.h"

extern "C" {
std::size_t c_size_of_frame(void);
std::size_t c_size_of_callbacks(void);
int c_is_version_there(void);
}

using namespace vasa;
namespace fs = std::filesystem;

namespace {

/// Handles of one render of a synthetic face by a motion; freed at the end.
struct Handles {
    vasa_session* session = nullptr;
    vasa_options* options = nullptr;
    vasa_face* face = nullptr;
    vasa_motion* motion = nullptr;

    explicit Handles(const TestFolder& folder) {
        test::nodding(5).save(folder / "motion.csv");
        REQUIRE(vasa_session_new(test::model_dir().c_str(), &session) == VASA_OK);
        REQUIRE(vasa_options_new(&options) == VASA_OK);
        REQUIRE(vasa_options_set(options, "decoder", "geometry") == VASA_OK);
        REQUIRE(vasa_options_set(options, "driver", "rules") == VASA_OK);
        REQUIRE(vasa_face_load(test::face_file().c_str(), &face) == VASA_OK);
        REQUIRE(vasa_motion_load((folder / "motion.csv").c_str(), &motion) == VASA_OK);
    }
    ~Handles() {
        vasa_session_free(session);
        vasa_options_free(options);
        vasa_face_free(face);
        vasa_motion_free(motion);
    }
    Handles(const Handles&) = delete;
    Handles& operator=(const Handles&) = delete;
};

}  // namespace

TEST_CASE("C and C++ see the same structures") {
    CHECK(c_size_of_frame() == sizeof(vasa_frame));
    CHECK(c_size_of_callbacks() == sizeof(vasa_callbacks));
    CHECK(c_is_version_there() != 0);
    CHECK(std::string(vasa_version()) == version());
}

TEST_CASE("the C interface renders to a callback and to a file") {
    const TestFolder folder;
    const Handles all(folder);
    struct Seen {
        int num_frames = 0, num_steps = 0;
        double last_time_s = 0;
        int last_sum = 0;
    } seen;
    vasa_callbacks callbacks = {};
    callbacks.user = &seen;
    callbacks.on_frame = [](void* user, const vasa_frame* frame) {
        Seen& s = *static_cast<Seen*>(user);
        s.num_frames += frame->index == s.num_frames ? 1 : 0;
        s.last_time_s = frame->time_s;
        s.last_sum = frame->rgb[0] + frame->rgb[3 * frame->width_px * frame->height_px - 1];
        return 1;
    };
    callbacks.on_progress = [](void* user, std::int64_t, std::int64_t total) {
        static_cast<Seen*>(user)->num_steps += total == 5 ? 1 : 0;
        return 1;
    };
    vasa_result result = {};
    CHECK(vasa_render(all.session, all.face, all.motion, all.options, &callbacks, &result) ==
          VASA_OK);
    CHECK(result.num_frames == 5);
    CHECK(result.duration_s == Approx(0.2));
    CHECK(result.seed != 0);
    CHECK(seen.num_frames == 5);
    CHECK(seen.num_steps == 5);
    CHECK(seen.last_time_s == Approx(0.16));
    CHECK(seen.last_sum > 0);

    const std::string out = folder / "clip.mp4";
    REQUIRE(vasa_options_set(all.options, "out", out.c_str()) == VASA_OK);
    CHECK(vasa_render(all.session, all.face, all.motion, all.options, nullptr, nullptr) == VASA_OK);
    CHECK(fs::file_size(out) > 1000);
}

TEST_CASE("C callbacks may stop a render, and what they throw goes no further") {
    const TestFolder folder;
    const Handles all(folder);
    const auto render = [&](const vasa_callbacks& callbacks) {
        vasa_result result = {};
        const vasa_status status =
            vasa_render(all.session, all.face, all.motion, all.options, &callbacks, &result);
        CHECK(result.num_frames == 0);
        return status;
    };
    vasa_callbacks callbacks = {};
    callbacks.on_frame = [](void*, const vasa_frame*) { return 0; };
    CHECK(render(callbacks) == VASA_ERROR_INTERRUPTED);
    CHECK_THAT(vasa_last_error(), Catch::Contains("frame callback"));
    callbacks.on_frame = [](void*, const vasa_frame*) -> int { throw std::runtime_error("oops"); };
    CHECK(render(callbacks) == VASA_ERROR_OUTPUT);
    CHECK_THAT(vasa_last_error(), Catch::Contains("oops"));
    callbacks.on_frame = [](void*, const vasa_frame*) { return 1; };
    callbacks.on_progress = [](void*, std::int64_t, std::int64_t) { return 0; };
    CHECK(render(callbacks) == VASA_ERROR_INTERRUPTED);
    CHECK_THAT(vasa_last_error(), Catch::Contains("progress callback"));
    callbacks.on_progress = [](void*, std::int64_t, std::int64_t) -> int { throw 1; };
    CHECK(render(callbacks) == VASA_ERROR_INTERNAL);
}

TEST_CASE("C calls that fail say why, thread by thread") {
    const TestFolder folder;
    const Handles all(folder);
    CHECK(vasa_options_set(all.options, "crf", "99") == VASA_ERROR_USAGE);
    CHECK_THAT(vasa_last_error(), Catch::Contains("crf"));
    const char* text = "";
    CHECK(vasa_options_get(all.options, "crf", &text) == VASA_OK);
    CHECK(std::string(text) == "18");
    CHECK(vasa_options_get(all.options, "no-such", &text) == VASA_ERROR_USAGE);
    CHECK(text == nullptr);
    std::string elsewhere = "?";
    std::thread([&] { elsewhere = vasa_last_error(); }).join();
    CHECK(elsewhere.empty());

    vasa_face* face = all.face;
    CHECK(vasa_face_load("/no/such/face.safetensors", &face) == VASA_ERROR_INPUT);
    CHECK(face == nullptr);
    CHECK(vasa_encode(all.session, "/no/such.png", nullptr, &face) == VASA_ERROR_INPUT);
    CHECK_THAT(vasa_last_error(), Catch::Contains("/no/such.png"));
    vasa_motion* motion = nullptr;
    CHECK(vasa_animate(all.session, "/no/such.wav", all.options, &motion) == VASA_ERROR_INPUT);
    vasa_session* session = nullptr;
    CHECK(vasa_session_new("/no/such/folder", &session) == VASA_ERROR_MODEL);
    CHECK(session == nullptr);
    CHECK(vasa_render(all.session, nullptr, all.motion, all.options, nullptr, nullptr) ==
          VASA_ERROR_USAGE);
}

TEST_CASE("NULL is refused where something is needed, and freed") {
    vasa_session* session = nullptr;
    vasa_face* face = nullptr;
    vasa_motion* motion = nullptr;
    const char* text = nullptr;
    CHECK(vasa_session_new(nullptr, &session) == VASA_ERROR_USAGE);
    CHECK(vasa_session_new("models", nullptr) == VASA_ERROR_USAGE);
    CHECK(vasa_options_new(nullptr) == VASA_ERROR_USAGE);
    CHECK(vasa_options_set(nullptr, "crf", "18") == VASA_ERROR_USAGE);
    CHECK(vasa_options_get(nullptr, "crf", &text) == VASA_ERROR_USAGE);
    CHECK(vasa_encode(nullptr, "a.png", nullptr, &face) == VASA_ERROR_USAGE);
    CHECK(vasa_face_load(nullptr, &face) == VASA_ERROR_USAGE);
    CHECK(vasa_face_save(nullptr, "a.safetensors", 0) == VASA_ERROR_USAGE);
    CHECK(vasa_animate(nullptr, "a.wav", nullptr, &motion) == VASA_ERROR_USAGE);
    CHECK(vasa_motion_load(nullptr, &motion) == VASA_ERROR_USAGE);
    CHECK(vasa_motion_save(nullptr, "a.csv", 0) == VASA_ERROR_USAGE);
    CHECK(vasa_render(nullptr, nullptr, nullptr, nullptr, nullptr, nullptr) == VASA_ERROR_USAGE);
    CHECK_THAT(vasa_last_error(), Catch::Contains("session is NULL"));
    vasa_session_free(nullptr);
    vasa_options_free(nullptr);
    vasa_face_free(nullptr);
    vasa_motion_free(nullptr);
    CHECK(vasa_set_log(nullptr, nullptr) == VASA_OK);
}
