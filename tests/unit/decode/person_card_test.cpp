// SPDX-License-Identifier: Apache-2.0
#include "scene/person_card.h"

#include "painted_scene.h"

#include <algorithm>
#include <cmath>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::decode;

namespace {

/// Grid points of the card for a pose and actions, camera space.
struct Moved {
    PersonCard card;
    head::Points points;

    Moved(const PaintedScene& scene,
          const PersonCardParams& params,
          const head::Pose& pose,
          const head::Actions& actions)
        : card(scene.model, scene.code, scene.view, params) {
        card.move(scene.model, scene.pose(pose, actions), scene.code.pose, pose, points);
    }
};

/// Maximum motion of the grid points in a given area of the canvas, cm.
template <typename IsThere>
float motion_of(const PaintedScene& scene,
                const PersonCardParams& params,
                const head::Pose& pose,
                const head::Actions& actions,
                const IsThere& is_there) {
    const Moved still(scene, params, scene.code.pose, scene.code.actions);
    const Moved moved(scene, params, pose, actions);
    float most = 0;
    for (std::size_t i = 0; i < still.card.uv().size(); ++i) {
        const auto row = static_cast<Eigen::Index>(i);
        if (is_there(still.card.uv()[i])) {
            most = std::max(most, (moved.points.row(row) - still.points.row(row)).norm());
        }
    }
    return most;
}

}  // namespace

TEST_CASE("hair turns with the head, shoulders stay") {
    const PaintedScene scene;
    head::Pose turned = scene.code.pose;
    turned.yaw_rad += 0.3F;
    const auto shoulders = [](const core::Vec2f& p) {
        return p.y > 920 && p.y < 1000 && std::fabs(p.x - 640) > 360;
    };
    const auto hair = [](const core::Vec2f& p) { return p.y < 400 && std::fabs(p.x - 640) < 200; };
    const auto motion = [&](const PersonCardParams& params, const auto& is_there) {
        return motion_of(scene, params, turned, scene.code.actions, is_there);
    };
    PersonCardParams spoilt;
    spoilt.shoulder_x_cm = {100.0F, 110.0F};
    CHECK(motion({}, shoulders) < 0.3F);
    CHECK(motion({}, hair) > 1.0F);
    CHECK(motion(spoilt, shoulders) > 1.0F);
}

TEST_CASE("hair follows the skin beside it, hair beyond the reach does not") {
    const PaintedScene scene;
    head::Actions raised = scene.code.actions;
    raised[head::Action::BrowInnerUp] = raised[head::Action::JawOpen] = 1;
    raised[head::Action::BrowOuterUpLeft] = raised[head::Action::BrowOuterUpRight] = 1;
    // The face ends 320 to 400 pixels from the centre of the canvas.
    const auto motion = [&](const PersonCardParams& params, float begin_px, float end_px) {
        const auto is_there = [&](const core::Vec2f& p) {
            const float distance_px = std::hypot(p.x - 640, p.y - 640);
            return distance_px > begin_px && distance_px < end_px;
        };
        return motion_of(scene, params, scene.code.pose, raised, is_there);
    };
    PersonCardParams spoilt;
    spoilt.reach_px = 2000;
    CHECK(motion({}, 320, 440) > 0.5F);
    CHECK(motion({}, 520, 640) < 0.02F);
    CHECK(motion(spoilt, 520, 640) > 0.1F);
}

TEST_CASE("ears and hair do not swing out on a turning head") {
    const PaintedScene scene;
    const auto depth_behind_contour = [&](const PersonCardParams& params) {
        const Moved still(scene, params, scene.code.pose, scene.code.actions);
        const float contour = -(PersonCardParams().contour_cm + scene.code.pose.z_cm);
        return -still.points.col(2).minCoeff() - contour;
    };
    PersonCardParams spoilt;
    spoilt.relief_cm = 1000;
    CHECK(depth_behind_contour({}) < 2.3F);
    CHECK(depth_behind_contour(spoilt) > 3.0F);
}

TEST_CASE("a person far away is smaller as a whole and stands on the frame's bottom edge") {
    const PaintedScene scene;
    head::Pose far = scene.code.pose;
    far.z_cm -= 30;
    const Moved still(scene, {}, scene.code.pose, scene.code.actions),
        moved(scene, {}, far, scene.code.actions);
    const head::Camera camera = head::default_camera(head::kFrameSize_px);
    const auto place = [&](const head::Points& points, std::size_t i) {
        return head::canvas_from_camera(camera, points.row(static_cast<Eigen::Index>(i)));
    };
    const float scale = scene.code.pose.z_cm / far.z_cm;
    const auto bottom = static_cast<float>(head::kCanvasSize_px - head::kCanvasMargin_px);
    float most_px = 0;
    for (std::size_t i = 0; i < still.card.uv().size(); ++i) {
        const core::Vec2f before = place(still.points, i), after = place(moved.points, i);
        const float x = 640 + scale * (before.x - 640), y = bottom + scale * (before.y - bottom);
        most_px = std::max(most_px, std::hypot(after.x - x, after.y - y));
    }
    // The head may lead by its sway, which is a few pixels of the canvas.
    CHECK(most_px < 25);
}

TEST_CASE("a swaying head leaves the shoulders where they are") {
    const PaintedScene scene;
    head::Pose near = scene.code.pose;
    near.z_cm += 0.8F;
    const auto shoulders = [](const core::Vec2f& p) {
        return p.y > 920 && p.y < 1000 && std::fabs(p.x - 640) > 360;
    };
    CHECK(motion_of(scene, {}, near, scene.code.actions, shoulders) < 0.15F);
}
