// SPDX-License-Identifier: Apache-2.0
#include "batched_frames.h"

#include "frame_painting.h"
#include "support/synthetic_face.h"

#include "vasa/core/error.h"
#include "vasa/decode/batch_decoder.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::render;

namespace {

/// Frames whose bytes encode the state they were made from.
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

namespace {

/// The frame with a painted square.
core::ImageU8 with_square(const core::ImageU8& frame, std::uint8_t value) {
    core::ImageU8 painted = frame;
    for (int y = 200; y < 220; ++y) {
        std::fill_n(painted.at(200, y), 3 * 30, value);
    }
    return painted;
}

/// A decoder that always returns the same frame.
FrameBatchDecoder decoder_of(const std::vector<std::uint8_t>& frame) {
    FrameBatchDecoder decoder;
    decoder.decode = [frame](const std::vector<decode::FaceState>& states,
                             decode::PixelLayout layout,
                             FrameBatchDecoder::Frames& frames) {
        CHECK(states.size() == 1);
        CHECK(layout == decode::PixelLayout::Rgb);
        frames = {frame};
    };
    return decoder;
}

/// The frame with a fraction of its rows wrong, from the top.
std::vector<std::uint8_t> with_wrong_rows(const core::ImageU8& frame, double fraction) {
    std::vector<std::uint8_t> out = frame.data;
    const auto end = static_cast<std::size_t>(fraction * static_cast<double>(out.size()));
    for (std::size_t i = 0; i < end; ++i) {
        out[i] = static_cast<std::uint8_t>(out[i] ^ 0x40U);
    }
    return out;
}

}  // namespace

TEST_CASE("a GPU whose frame of the portrait is not the CPU's is not trusted") {
    const head::HeadModel model = support::load_head();
    const head::FaceCode code = support::make_face_code(model, 3);
    const decode::FaceState state{code.pose, code.actions};
    const core::ImageU8 right = decode::BatchDecoder(model, code, {}).decode_rgb(state);
    const auto problem_of = [&](const std::vector<std::uint8_t>& frame) {
        return frame_problem(decoder_of(frame), state, right, right);
    };
    CHECK(problem_of(right.data).empty());
    std::vector<std::uint8_t> rounded = right.data;
    for (std::uint8_t& v : rounded) {
        v = static_cast<std::uint8_t>(v > 128 ? v - 2 : v + 2);
    }
    CHECK(problem_of(rounded).empty());
    CHECK(problem_of(with_wrong_rows(right, 0.009)).empty());
    for (const double fraction : {0.012, 0.1, 0.24, 1.0}) {
        CHECK_THAT(problem_of(with_wrong_rows(right, fraction)),
                   Catch::Contains("of its frame are not the CPU's"));
    }
    CHECK_THAT(problem_of({}), Catch::Contains("no frame"));
    FrameBatchDecoder failing;
    failing.decode = [](const auto&, decode::PixelLayout, FrameBatchDecoder::Frames&) {
        throw core::Error(core::ErrorKind::Resource, "the GPU has fallen off the bus");
    };
    CHECK_THROWS_WITH(frame_problem(failing, state, right, right),
                      "the GPU has fallen off the bus");
    // Correct at first, wrong when played again.
    int num_calls = 0;
    FrameBatchDecoder forgetful;
    forgetful.decode = [&](const auto&, decode::PixelLayout, FrameBatchDecoder::Frames& frames) {
        frames = {++num_calls < 3 ? right.data : with_wrong_rows(right, 1)};
    };
    CHECK_THAT(frame_problem(forgetful, state, right, right), Catch::Contains("not the CPU's"));
}

TEST_CASE("a GPU that paints other mouths and eyes than the CPU is not trusted") {
    const head::HeadModel model = support::load_head();
    const head::FaceCode code = support::make_face_code(model, 3);
    const decode::FaceState state{code.pose, code.actions};
    const core::ImageU8 geometry = decode::BatchDecoder(model, code, {}).decode_rgb(state);
    const core::ImageU8 right = with_square(geometry, 120);
    const auto problem_of = [&](const std::vector<std::uint8_t>& frame) {
        return frame_problem(decoder_of(frame), state, geometry, right);
    };
    CHECK(problem_of(right.data).empty());
    CHECK(problem_of(with_square(geometry, 127).data).empty());  // within 16-bit rounding
    const core::ImageU8 wrong = with_square(geometry, 180);
    std::size_t num_wrong = 0;
    for (std::size_t i = 0; i < right.data.size(); ++i) {
        num_wrong += right.data[i] != wrong.data[i] ? 1 : 0;
    }
    CHECK(num_wrong < right.data.size() / 100);  // only a small part of the frame
    CHECK_THAT(problem_of(wrong.data), Catch::Contains("of its painted pixels are not the CPU's"));
    CHECK_THAT(problem_of(with_wrong_rows(right, 0.02)),
               Catch::Contains("of its frame are not the CPU's"));
}
