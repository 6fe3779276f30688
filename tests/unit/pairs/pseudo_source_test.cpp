// SPDX-License-Identifier: Apache-2.0
#include "vasa/pairs/pseudo_source.h"

#include "support/synthetic_face.h"

#include "vasa/head/face_measures.h"

#include <algorithm>
#include <cmath>

#include "support/catch.h"

using namespace vasa;
using decode::FaceState;
using head::Action;

namespace {

/// Mean absolute difference in the middle of the face, where both are skin.
double face_difference(const core::ImageU8& a, const core::ImageU8& b) {
    double sum = 0;
    int count = 0;
    for (int y = 200; y < 300; ++y) {
        for (int x = 200; x < 312; ++x) {
            for (int c = 0; c < 3; ++c) {
                sum += std::abs(static_cast<double>(a.at(x, y)[c]) - b.at(x, y)[c]);
                ++count;
            }
        }
    }
    return sum / count;
}

}  // namespace

TEST_CASE("a pseudo-source of the portrait's own state is the portrait") {
    const head::HeadModel model = support::load_head();
    const head::FaceCode code = support::make_face_code(model, 7);
    decode::GeometryRenderer renderer(model, code);
    const FaceState own{code.pose, code.actions};
    const head::FaceCode pseudo = pairs::make_pseudo_source(model, code, renderer, own, own);
    for (std::size_t i = 0; i < code.landmarks.size(); ++i) {
        CHECK(std::abs(pseudo.landmarks[i].x - code.landmarks[i].x) < 0.01F);
        CHECK(std::abs(pseudo.landmarks[i].y - code.landmarks[i].y) < 0.01F);
    }
    decode::GeometryRenderer back(model, pseudo);
    core::ImageU8 frame;
    back.render(code.pose, code.actions, frame);
    CHECK(face_difference(frame, code.appearance.crop) < 2.0);
}

TEST_CASE("rendering a pseudo-source back gives the portrait's skin again") {
    const head::HeadModel model = support::load_head();
    const head::FaceCode code = support::make_face_code(model, 8);
    decode::GeometryRenderer renderer(model, code);
    FaceState other{code.pose, code.actions};
    other.pose.yaw_rad += 0.12F;
    other.actions[Action::MouthSmileLeft] = other.actions[Action::MouthSmileRight] = 0.3F;
    const head::FaceCode pseudo = pairs::make_pseudo_source(model, code, renderer, other, other);
    CHECK(pseudo.pose.yaw_rad == other.pose.yaw_rad);
    // The landmark on the nose's tip moves with the head.
    CHECK(pseudo.landmarks[head::kNoseTip].x > code.landmarks[head::kNoseTip].x + 4.0F);
    decode::GeometryRenderer back(model, pseudo);
    core::ImageU8 moved, frame;
    back.render(other.pose, other.actions, moved);
    back.render(code.pose, code.actions, frame);
    CHECK(face_difference(frame, code.appearance.crop) <
          0.5 * face_difference(moved, code.appearance.crop));
    CHECK(face_difference(frame, code.appearance.crop) < 4.0);
}

TEST_CASE("drawn states are within range and unlike the portrait's") {
    const head::HeadModel model = support::load_head();
    head::FaceCode code = support::make_face_code(model, 9);
    code.actions[Action::JawOpen] = 0.5F;
    code.landmarks[head::kInnerLipBottom].y =
        code.landmarks[head::kInnerLipTop].y + 0.2F * code.eye_distance_px();
    CHECK(head::mouth_gap(code.landmarks) == Approx(0.2).margin(0.01));
    int closed = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        core::Rng rng(seed);
        const FaceState state = pairs::sample_other_state(code, rng);
        for (const float v : state.actions.values) {
            CHECK((v >= 0.0F && v <= 1.0F));
        }
        CHECK(std::abs(state.pose.yaw_rad - code.pose.yaw_rad) < 0.26F);
        closed += state.actions[Action::JawOpen] < 0.05F ? 1 : 0;
    }
    CHECK(closed > 60);
    CHECK(closed < 180);
}
