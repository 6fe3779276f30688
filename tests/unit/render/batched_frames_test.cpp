// SPDX-License-Identifier: Apache-2.0
#include "batched_frames.h"

#include "frame_painting.h"
#include "support/synthetic_face.h"

#include "vasa/core/error.h"
#include "vasa/decode/geometry_renderer.h"

#include "support/catch.h"

using namespace vasa;
using namespace vasa::render;

namespace {

/// Frames whose bytes tell which state they were made from.
FrameBatchDecoder fake_decoder(int batch_size, std::vector<std::size_t>& batches) {
    FrameBatchDecoder decoder;
    decoder.batch_size = batch_size;
    decoder.decode = [&batches](const std::vector<decode::FaceState>& states,
                                decode::PixelLayout layout,
                                FrameBatchDecoder::Frames& frames) {
        batches.push_back(states.size());
        frames.clear();
        for (const decode::FaceState& state : states) {
            frames.emplace_back(layout == decode::PixelLayout::Rgb ? 2 : 1,
                                static_cast<std::uint8_t>(state.pose.x_cm));
        }
    };
    return decoder;
}

}  // namespace

TEST_CASE("frames of batches come one by one, each from its own motion") {
    std::vector<motion::MotionFrame> motion(7);
    for (std::size_t i = 0; i < motion.size(); ++i) {
        motion[i].pose.x_cm = static_cast<float>(10 * i);
    }
    for (const bool is_yuv : {true, false}) {
        std::vector<std::size_t> batches;
        BatchedFrames frames(fake_decoder(3, batches), is_yuv, 7, [&](std::int64_t i) {
            return motion.at(static_cast<std::size_t>(i));
        });
        for (std::int64_t i = 0; i < 7; ++i) {
            FrameItem item;
            item.index = i;
            frames.fill(item);
            const auto& filled = is_yuv ? item.yuv.data : item.rgb.data;
            CHECK(filled ==
                  std::vector<std::uint8_t>(is_yuv ? 1 : 2, static_cast<std::uint8_t>(10 * i)));
            CHECK((is_yuv ? item.rgb.data : item.yuv.data).empty());
            CHECK((is_yuv ? item.yuv.width : item.rgb.width) == 512);
        }
        CHECK(batches == std::vector<std::size_t>{3, 3, 1});
        batches.clear();
        BatchedFrames growing(fake_decoder(16, batches), is_yuv, 40, [&](std::int64_t i) {
            return motion.at(static_cast<std::size_t>(i % 7));
        });
        for (std::int64_t i = 0; i < 40; ++i) {
            FrameItem item;
            item.index = i;
            growing.fill(item);
            CHECK((is_yuv ? item.yuv.data : item.rgb.data)[0] == 10 * (i % 7));
        }
        CHECK(batches == std::vector<std::size_t>{4, 4, 8, 16, 8});
        FrameItem item;
        item.index = 2;
        CHECK_THROWS_AS(frames.fill(item), core::Error);
    }
}

TEST_CASE("a GPU whose frame of the portrait is not the CPU's is not trusted") {
    const head::HeadModel model = support::load_head();
    const head::FaceCode code = support::make_face_code(model, 3);
    core::ImageU8 right;
    decode::GeometryRenderer(model, code).render(code.pose, code.actions, right);
    const auto problem_of = [&](const std::vector<std::uint8_t>& frame) {
        FrameBatchDecoder decoder;
        decoder.decode = [&](const std::vector<decode::FaceState>& states,
                             decode::PixelLayout layout,
                             FrameBatchDecoder::Frames& frames) {
            CHECK(states.size() == 1);
            CHECK(layout == decode::PixelLayout::Rgb);
            frames = {frame};
        };
        return frame_problem(decoder, model, code);
    };
    CHECK(problem_of(right.data).empty());
    std::vector<std::uint8_t> painted = right.data;
    std::fill_n(painted.begin(), painted.size() / 10, std::uint8_t{77});
    CHECK(problem_of(painted).empty());
    std::vector<std::uint8_t> wrong = right.data;
    for (std::uint8_t& v : wrong) {
        v = static_cast<std::uint8_t>(v ^ 0x20U);
    }
    CHECK_THAT(problem_of(wrong), Catch::Contains("not the CPU's"));
    CHECK_THAT(problem_of({}), Catch::Contains("no frame"));
    FrameBatchDecoder failing;
    failing.decode = [](const auto&, decode::PixelLayout, FrameBatchDecoder::Frames&) {
        throw core::Error(core::ErrorKind::Resource, "the GPU has fallen off the bus");
    };
    CHECK_THROWS_WITH(frame_problem(failing, model, code), "the GPU has fallen off the bus");
    // Right at first, wrong when played again.
    int num_calls = 0;
    FrameBatchDecoder forgetful;
    forgetful.decode = [&](const auto&, decode::PixelLayout, FrameBatchDecoder::Frames& frames) {
        frames = {++num_calls < 3 ? right.data : wrong};
    };
    CHECK_THAT(frame_problem(forgetful, model, code), Catch::Contains("not the CPU's"));
}
