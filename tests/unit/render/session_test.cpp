// SPDX-License-Identifier: Apache-2.0
#include "vasa/render/session.h"

#include "support/synthetic_face.h"
#include "support/talking_motion.h"
#include "support/test_folder.h"

#include "vasa/core/error.h"
#include "vasa/core/parallel.h"
#include "vasa/core/psnr.h"
#include "vasa/media/image_file.h"
#include "vasa/media/video_file.h"
#include "vasa/motion/motion_clip.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#ifdef VASA_WITH_TORCH
#include <ATen/Parallel.h>
#endif

#include "support/catch.h"

using namespace vasa;

namespace {

render::Session make_session() {
    return render::Session(std::make_shared<render::RenderCache>(support::model_dir(), 1));
}

/// A face and a motion of three frames.
render::RenderMemory make_memory() {
    const head::HeadModel head = support::load_head();
    core::Rng rng(3);
    render::RenderMemory memory;
    memory.face = std::make_shared<const head::FaceCode>(support::make_face_code(head, 1));
    memory.motion =
        std::make_shared<const motion::MotionClip>(support::make_talking_motion(3, 25, rng));
    return memory;
}

render::RenderOptions geometry_options() {
    render::RenderOptions options;
    options.decoder = render::Decoder::Geometry;
    options.model_dir = support::model_dir();
    return options;
}

}  // namespace

TEST_CASE("each call of a session sets the threads that its options ask for") {
    render::Session session = make_session();
    core::set_num_threads(0);
    const int own = core::num_threads();
    const int many = own + 1;
    render::RenderOptions options = geometry_options();
    options.image = options.audio = "/no/such/file";
    options.out = "clip.mp4";
    const std::vector<std::function<void()>> calls = {
        [&] { session.render(options); },
        [&] { session.encode(options); },
        [&] { session.animate(options); },
        [&] { render::render(options); },
    };
    for (std::size_t i = 0; i < calls.size(); ++i) {
        for (const int threads : {many, 0, many, 1, 0}) {
            INFO("call " << i << ", threads " << threads);
            options.threads = threads;
            CHECK_THROWS_AS(calls[i](), core::Error);  // the file does not exist
            const int expected = threads > 0 ? threads : own;
            CHECK(core::num_threads() == expected);
#ifdef VASA_WITH_TORCH
            CHECK(at::get_num_threads() == expected);
#endif
        }
    }
}

TEST_CASE("a callback gets the pixels that a sequence of files has") {
    const TestFolder folder;
    render::Session session = make_session();
    render::RenderMemory memory = make_memory();
    render::RenderOptions options = geometry_options();
    options.out = folder / "%d.png";
    const render::RenderResult to_files = session.render(options, memory);
    REQUIRE(to_files.num_frames == 3);
    options.out.clear();
    std::int64_t num_frames = 0;
    memory.on_frame = [&](const render::VideoFrame& frame) {
        const core::ImageU8 file =
            media::load_image(folder / (std::to_string(frame.index + 1) + ".png"));
        CHECK(file.width == frame.width_px);
        CHECK(file.height == frame.height_px);
        CHECK(std::equal(file.data.begin(), file.data.end(), frame.rgb));
        ++num_frames;
        return true;
    };
    const render::RenderResult to_callback = session.render(options, memory);
    CHECK(num_frames == 3);
    CHECK(to_callback.portrait_sha256 == memory.face->source_hash);
    CHECK(to_callback.motion_sha256.size() == 64);
    CHECK(to_callback.motion_sha256 == to_files.motion_sha256);
}

TEST_CASE("face and motion in memory give the frames that their files give, but for the mark") {
    const TestFolder folder;
    const render::RenderMemory memory = make_memory();
    head::save_face_code(folder / "face.safetensors", *memory.face, false);
    motion::save_motion(folder / "motion.safetensors", *memory.motion, false);
    render::Session session = make_session();
    render::RenderOptions options = geometry_options();
    options.out = folder / "memory%d.png";
    session.render(options, memory);
    options.out = folder / "file%d.png";
    options.face = folder / "face.safetensors";
    options.motion = folder / "motion.safetensors";
    session.render(options);
    for (const char* number : {"1.png", "3.png"}) {
        // The watermarks name two jobs: a face file has another hash than the face.
        CHECK(core::psnr(media::load_image(folder / (std::string("memory") + number)),
                         media::load_image(folder / (std::string("file") + number))) > 43.0);
    }
}

TEST_CASE("an MP4 can be made on more threads than an encoder takes") {
    const TestFolder folder;
    render::Session session = make_session();
    render::RenderOptions options = geometry_options();
    options.out = folder / "clip.mp4";
    options.threads = 128;
    CHECK(session.render(options, make_memory()).num_frames == 3);
    CHECK(media::probe_video(options.out).duration_s == Approx(0.12));
    core::set_num_threads(0);
}
