// SPDX-License-Identifier: Apache-2.0
#include "vasa/decode/geometry_renderer.h"

#include "scene/source_view.h"
#include "support/synthetic_face.h"

#include "vasa/core/colour.h"
#include "vasa/core/error.h"
#include "vasa/core/parallel.h"
#include "vasa/core/psnr.h"
#include "vasa/decode/batch_decoder.h"
#include "vasa/decode/pixel_record.h"
#include "vasa/head/landmarks.h"

#include <array>
#include <cmath>
#include <thread>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using head::Action;

namespace {

bool is_white(const std::uint8_t* rgb) {
    return rgb[0] > 205 && rgb[1] > 195 && rgb[2] > 185;
}

/// As pale as the portrait's teeth, whose necks are a little yellower.
bool is_pale(const std::uint8_t* rgb) {
    return core::saturation(rgb) < 0.18F && core::luminance(rgb) > 160;
}

/// A portrait with parted lips and white teeth between them, which extend slightly beyond its
/// landmarks; the rest is skin without a pattern.
head::FaceCode showing_teeth(const head::HeadModel& model) {
    head::FaceCode code = support::make_face_code(model, 7);
    head::LandmarkFit truth;
    truth.pose = code.pose;
    truth.identity = code.identity;
    truth.actions[Action::JawOpen] = 0.12F;
    truth.actions[Action::MouthSmileLeft] = truth.actions[Action::MouthSmileRight] = 0.5F;
    code.actions = truth.actions;
    code.landmarks = support::make_landmarks(model, truth);
    std::vector<core::Vec2f> lips;
    for (const int i : head::kInnerLips) {
        lips.push_back(head::canvas_from_crop(code.landmarks[i]));
    }
    constexpr float kBeyond_px = 3;
    core::ImageU8& canvas = code.appearance.canvas;
    for (int y = 0; y < canvas.height; ++y) {
        for (int x = 0; x < canvas.width; ++x) {
            const bool is_teeth =
                decode::signed_distance(lips, static_cast<float>(x), static_cast<float>(y)) >
                -kBeyond_px;
            const std::array<std::uint8_t, 3> colour =
                is_teeth ? std::array<std::uint8_t, 3>{238, 228, 215}
                         : std::array<std::uint8_t, 3>{170, 110, 95};
            std::copy(colour.begin(), colour.end(), canvas.at(x, y));
        }
    }
    return code;
}

}  // namespace

TEST_CASE("lips leave the portrait's teeth where they are") {
    const head::HeadModel model = support::load_head();
    const head::FaceCode code = showing_teeth(model);
    decode::GeometryRenderer renderer(model, code);
    core::ImageU8 frame;
    decode::GeometryBuffers buffers;
    for (const float jaw : {0.3F, 0.7F}) {
        head::Actions actions = code.actions;
        actions[Action::JawOpen] = jaw;
        renderer.render(code.pose, actions, frame, &buffers);
        int num_white_skin = 0, num_teeth = 0, num_pale_teeth = 0;
        for (int y = 0; y < frame.height; ++y) {
            for (int x = 0; x < frame.width; ++x) {
                const int part = *buffers.part.at(x, y);
                // Samples of two parts mix in a pixel on their border.
                const bool is_bare =
                    x > 0 && y > 0 && x + 1 < frame.width && y + 1 < frame.height &&
                    part == *buffers.part.at(x, y - 1) && part == *buffers.part.at(x, y + 1) &&
                    part == *buffers.part.at(x - 1, y) && part == *buffers.part.at(x + 1, y);
                const bool is_lit = *buffers.shading.at(x, y) > 0.9F;
                if (is_bare && part == decode::part_value(head::Part::Skin)) {
                    num_white_skin += is_white(frame.at(x, y)) ? 1 : 0;
                } else if (is_bare && is_lit &&
                           part == decode::part_value(head::Part::TeethUpper)) {
                    ++num_teeth;
                    num_pale_teeth += is_pale(frame.at(x, y)) ? 1 : 0;
                }
            }
        }
        CHECK(num_white_skin == 0);
        CHECK(num_teeth > 50);
        // The person's teeth, not the usual ones in this light.
        CHECK(num_pale_teeth > 0.75 * num_teeth);
    }
}

TEST_CASE("no motion gives the portrait back") {
    const head::HeadModel model = support::load_head();
    const head::FaceCode code = support::make_face_code(model, 1);
    decode::GeometryRenderer renderer(model, code);
    core::ImageU8 frame;
    renderer.render(code.pose, code.actions, frame);
    CHECK(psnr(frame, code.appearance.crop) >= 38.0);
}

TEST_CASE("frames are the same whatever the number of threads and whatever came before",
          "[threads]") {
    const head::HeadModel model = support::load_head();
    const head::FaceCode code = support::make_face_code(model, 2);
    decode::GeometryRenderer renderer(model, code);
    head::Pose pose = code.pose;
    pose.yaw_rad += 0.2F;
    head::Actions actions = code.actions;
    actions[Action::JawOpen] = 0.4F;
    core::ImageU8 one, other, again;
    core::set_num_threads(1);
    renderer.render(pose, actions, one);
    core::set_num_threads(3);
    renderer.render(code.pose, code.actions, other);
    renderer.render(pose, actions, again);
    core::set_num_threads(0);
    CHECK(one.data == again.data);
    CHECK(one.data != other.data);

    SECTION("threads that share a decoder make them too") {
        decode::BatchDecoder decoder(model, code, {});
        for (const std::size_t num_threads : {1U, 2U, 16U}) {
            std::vector<core::ImageU8> found(num_threads);
            std::vector<std::thread> threads;
            for (std::size_t i = 0; i < num_threads; ++i) {
                threads.emplace_back([&, i] {
                    decoder.decode_rgb({code.pose, code.actions});  // leaves its traces in memory
                    found[i] = decoder.decode_rgb({pose, actions});
                });
            }
            for (std::thread& thread : threads) {
                thread.join();
            }
            for (const core::ImageU8& frame : found) {
                CHECK(frame.data == one.data);
            }
        }
    }
}

TEST_CASE("still background stays still while the head moves") {
    const head::HeadModel model = support::load_head();
    const head::FaceCode code = support::make_face_code(model, 3);
    decode::GeometryRenderer renderer(model, code);
    core::ImageU8 a, b;
    renderer.render(code.pose, code.actions, a);
    head::Pose pose = code.pose;
    pose.yaw_rad += 0.3F;
    pose.pitch_rad -= 0.2F;
    renderer.render(pose, code.actions, b);
    for (const auto& [x, y] : {std::pair<int, int>{3, 3}, {508, 3}, {10, 60}, {504, 470}}) {
        CHECK(a.at(x, y)[0] == b.at(x, y)[0]);
    }
}

TEST_CASE("shoulders stay whole while the head rolls") {
    constexpr int kCard = 255;
    const head::HeadModel model = support::load_head();
    head::FaceCode code = support::make_face_code(model, 8);
    for (int y = 900; y < head::kCanvasSize_px; ++y) {  // the disc of the head gets a torso
        for (int x = 0; x < head::kCanvasSize_px; ++x) {
            code.appearance.canvas.at(x, y)[3] = 255;
        }
    }
    decode::GeometryRenderer renderer(model, code);
    core::ImageU8 frame;
    decode::GeometryBuffers buffers;
    for (const float roll : {-0.25F, 0.25F}) {
        head::Pose pose = code.pose;
        pose.roll_rad += roll;
        renderer.render(pose, code.actions, frame, &buffers);
        int num_pixels = 0, num_torn = 0;
        for (int y = 390; y < 511; ++y) {
            for (int x = 0; x < 511; ++x) {
                if (*buffers.part.at(x, y) != kCard || *buffers.part.at(x + 1, y) != kCard ||
                    *buffers.part.at(x, y + 1) != kCard) {
                    continue;
                }
                const float *here = buffers.flow.at(x, y), *right = buffers.flow.at(x + 1, y),
                            *below = buffers.flow.at(x, y + 1);
                const float jump = std::max(std::hypot(right[0] - here[0], right[1] - here[1]),
                                            std::hypot(below[0] - here[0], below[1] - here[1]));
                ++num_pixels;
                num_torn += jump > 6.0F ? 1 : 0;  // canvas pixels; 2 without motion
            }
        }
        CHECK(num_pixels > 20000);
        CHECK(num_torn == 0);
    }
}

TEST_CASE("no holes: at the limits every pixel of the face is covered") {
    const head::HeadModel model = support::load_head();
    const head::FaceCode code = support::make_face_code(model, 4);
    decode::GeometryRenderer renderer(model, code);
    core::ImageU8 frame;
    decode::GeometryBuffers buffers;
    constexpr float kDegree = 3.14159265F / 180;
    for (const auto& [yaw, pitch, roll] : {std::array<float, 3>{25, 0, 0},
                                           {-25, 0, 0},
                                           {0, 20, 0},
                                           {0, -20, 0},
                                           {0, 0, 20},
                                           {0, 0, -20},
                                           {25, 20, -20},
                                           {-25, -20, 20}}) {
        for (const Action action :
             {Action::JawOpen, Action::MouthPucker, Action::EyeBlinkLeft, Action::MouthClose}) {
            head::Pose pose = code.pose;
            pose.yaw_rad += yaw * kDegree;
            pose.pitch_rad += pitch * kDegree;
            pose.roll_rad += roll * kDegree;
            head::Actions actions = code.actions;
            actions[action] = 1;
            renderer.render(pose, actions, frame, &buffers);
            int holes = 0;
            for (int y = 216; y < 296; ++y) {
                for (int x = 216; x < 296; ++x) {
                    holes += *buffers.alpha.at(x, y) < 0.999F ? 1 : 0;
                }
            }
            CHECK(holes == 0);
        }
    }
}

TEST_CASE("the buffers say where pixels come from") {
    const head::HeadModel model = support::load_head();
    const head::FaceCode code = support::make_face_code(model, 5);
    decode::GeometryRenderer renderer(model, code);
    core::ImageU8 frame;
    decode::GeometryBuffers buffers;
    renderer.render(code.pose, code.actions, frame, &buffers);
    // Without motion the flow is the identity wherever the portrait was seen.
    int checked = 0;
    for (int y = 150; y < 360; y += 7) {
        for (int x = 150; x < 360; x += 7) {
            const float* flow = buffers.flow.at(x, y);
            if (*buffers.visibility.at(x, y) > 0.99F) {
                CHECK(std::abs(flow[0] - static_cast<float>(2 * x + 1 + head::kCanvasMargin_px)) <
                      0.6F);
                CHECK(std::abs(flow[1] - static_cast<float>(2 * y + 1 + head::kCanvasMargin_px)) <
                      0.6F);
                ++checked;
            }
        }
    }
    CHECK(checked > 600);
    CHECK(*buffers.part.at(2, 2) == 0);
    head::Actions open = code.actions;
    open[Action::JawOpen] = 0.7F;
    renderer.render(code.pose, open, frame, &buffers);
    int inside = 0;
    for (std::size_t i = 0; i < buffers.part.data.size(); ++i) {
        const int part = buffers.part.data[i];
        if (part >= 2 && part <= 6) {
            ++inside;
            CHECK(buffers.visibility.data[i] < 0.9F);
        }
    }
    CHECK(inside > 200);
}

TEST_CASE("a code of another head model is refused") {
    const head::HeadModel model = support::load_head();
    head::FaceCode code = support::make_face_code(model, 6);
    code.head_hash = "other";
    CHECK_THROWS_AS(decode::GeometryRenderer(model, code), core::Error);
}
