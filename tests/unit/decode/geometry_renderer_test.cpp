// SPDX-License-Identifier: Apache-2.0
#include "vasa/decode/geometry_renderer.h"

#include "support/synthetic_face.h"

#include "vasa/core/error.h"
#include "vasa/core/parallel.h"

#include <cmath>

#include "support/catch.h"

using namespace vasa;
using head::Action;

namespace {

double psnr(const core::ImageU8& a, const core::ImageU8& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.data.size(); ++i) {
        const double d = static_cast<double>(a.data[i]) - b.data[i];
        sum += d * d;
    }
    return 10 * std::log10(255.0 * 255.0 / (sum / static_cast<double>(a.data.size()) + 1e-9));
}

}  // namespace

TEST_CASE("no motion gives the portrait back") {
    const head::HeadModel model = support::load_head();
    const head::FaceCode code = support::make_face_code(model, 1);
    decode::GeometryRenderer renderer(model, code);
    core::ImageU8 frame;
    renderer.render(code.pose, code.actions, frame);
    CHECK(psnr(frame, code.appearance.crop) >= 38.0);
}

TEST_CASE("frames are the same whatever the number of threads and whatever came before") {
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
