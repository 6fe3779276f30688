// SPDX-License-Identifier: Apache-2.0
#include "vasa/pairs/pseudo_source.h"

#include "vasa/head/action_groups.h"
#include "vasa/head/face_measures.h"
#include "vasa/head/posed_head.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace vasa::pairs {
namespace {

using core::Rng;
using core::Vec2f;
using head::Action;
using head::Actions;

constexpr std::array<Action, 11> kOpeners = {Action::JawOpen,
                                             Action::MouthUpperUpLeft,
                                             Action::MouthUpperUpRight,
                                             Action::MouthLowerDownLeft,
                                             Action::MouthLowerDownRight,
                                             Action::MouthFunnel,
                                             Action::MouthClose,
                                             Action::MouthShrugLower,
                                             Action::MouthShrugUpper,
                                             Action::MouthRollLower,
                                             Action::MouthRollUpper};

float uniform(Rng& rng, double low, double high) {
    return static_cast<float>(rng.uniform(low, high));
}

void scale_mouth(Actions& actions, float factor) {
    for (int a = 0; a < head::kNumActions; ++a) {
        if (head::is_mouth_action(static_cast<Action>(a))) {
            actions.values[a] *= factor;
        }
    }
}

void add_both(Actions& actions, Action action, float value) {
    actions[action] += value;
    if (head::mirrored(action) != action) {
        actions[head::mirrored(action)] += value;
    }
}

void close_mouth(Actions& actions, Rng& rng) {
    scale_mouth(actions, uniform(rng, 0.0, 0.8));
    for (const Action action : kOpeners) {
        actions[action] = 0;
    }
    const std::array<std::pair<Action, double>, 4> kinds = {{{Action::MouthPucker, 0.3},
                                                             {Action::MouthSmileLeft, 0.2},
                                                             {Action::MouthPressLeft, 0.3},
                                                             {Action::MouthStretchLeft, 0.15}}};
    for (const auto& [action, most] : kinds) {
        if (rng.uniform() < 0.25) {
            add_both(actions, action, uniform(rng, 0.0, most));
        }
    }
}

/// Closes the mouth partly: some teeth stay visible, the rest is hidden.
void half_close_mouth(Actions& actions, Rng& rng) {
    const float factor = uniform(rng, 0.1, 0.7);
    for (const Action action : kOpeners) {
        actions[action] *= factor;
    }
    if (rng.uniform() < 0.5) {
        add_both(actions, Action::MouthSmileLeft, uniform(rng, 0.0, 0.4));
    }
}

void open_mouth(Actions& actions, Rng& rng) {
    scale_mouth(actions, uniform(rng, 0.2, 1.0));
    actions[Action::JawOpen] += uniform(rng, 0.05, 0.5);
    if (rng.uniform() < 0.5) {
        add_both(actions, Action::MouthSmileLeft, uniform(rng, 0.0, 0.5));
    }
    if (rng.uniform() < 0.3) {
        actions[Action::MouthFunnel] += uniform(rng, 0.0, 0.6);
    }
}

void change_mouth(Actions& actions, Rng& rng) {
    scale_mouth(actions, uniform(rng, 0.0, 1.2));
    for (int k = 0; k < 3; ++k) {
        const auto action =
            static_cast<Action>(static_cast<int>(head::kFirstMouthAction) +
                                static_cast<int>(rng.below(head::kNumMouthActions)));
        add_both(actions, action, uniform(rng, 0.0, 0.35));
    }
}

void change_lids(Actions& actions, Rng& rng) {
    const double kind = rng.uniform();
    if (kind < 0.08) {
        actions[Action::EyeBlinkLeft] = actions[Action::EyeBlinkRight] = 1.0F;
        actions[Action::EyeWideLeft] = actions[Action::EyeWideRight] = 0.0F;
    } else if (kind < 0.35) {
        add_both(actions, Action::EyeBlinkLeft, uniform(rng, 0.1, 0.6));
    } else if (kind < 0.70) {
        // Wide open: the portrait's own lids are then hidden behind the eye.
        add_both(actions, Action::EyeWideLeft, uniform(rng, 0.0, 0.7));
        actions[Action::EyeBlinkLeft] *= 0.3F;
        actions[Action::EyeBlinkRight] *= 0.3F;
        actions[Action::EyeSquintLeft] *= 0.3F;
        actions[Action::EyeSquintRight] *= 0.3F;
    }
    if (rng.uniform() < 0.6) {
        const float yaw = uniform(rng, -0.4, 0.4), pitch = uniform(rng, -0.2, 0.2);
        head::set_gaze(actions, {yaw, pitch}, {yaw, pitch});
    }
}

void change_brows(Actions& actions, Rng& rng) {
    if (rng.uniform() < 0.5) {
        const float value = uniform(rng, 0.0, 0.6);
        if (rng.uniform() < 0.5) {
            add_both(actions, Action::BrowDownLeft, value);
        } else {
            add_both(actions, Action::BrowOuterUpLeft, value);
            actions[Action::BrowInnerUp] += value * uniform(rng, 0.0, 1.0);
        }
    }
}

/// Canvas pixel of a pupil; eye 0 = right (image left).
Vec2f pupil(const head::Person& person,
            const Actions& actions,
            const head::Pose& source,
            const head::Pose& pose,
            int eye) {
    const head::Eyeball& ball = person.eyes[eye];
    const Eigen::Vector3f at =
        ball.center_cm +
        head::gaze_rotation(eye == 0 ? head::right_gaze(actions) : head::left_gaze(actions)) *
            ball.rest_axis * ball.pupil_distance_cm;
    Eigen::Vector3f camera =
        head::rotation_from_pose(pose).cast<float>() * at + head::position_cm(pose).cast<float>();
    camera.y() += head::place_body(source, pose).lowering * camera.z();
    return head::canvas_from_camera(head::default_camera(head::kFrameSize_px), camera.transpose());
}

}  // namespace

decode::FaceState sample_other_state(const head::FaceCode& code, Rng& rng) {
    decode::FaceState state{code.pose, code.actions};
    const double kind = rng.uniform();
    const float gap = head::mouth_gap(code.landmarks);
    if (gap > 0.04F && kind < 0.5) {
        close_mouth(state.actions, rng);
    } else if (gap > 0.04F && kind < 0.85) {
        half_close_mouth(state.actions, rng);
    } else if (gap > 0.04F) {
        change_mouth(state.actions, rng);
    } else {
        kind < 0.5 ? open_mouth(state.actions, rng) : change_mouth(state.actions, rng);
    }
    change_lids(state.actions, rng);
    change_brows(state.actions, rng);
    for (float& value : state.actions.values) {
        value = std::clamp(value, 0.0F, 1.0F);
    }
    constexpr float kDegree = static_cast<float>(M_PI) / 180.0F;
    state.pose.yaw_rad += kDegree * uniform(rng, -14.0, 14.0);
    state.pose.pitch_rad += kDegree * uniform(rng, -9.0, 9.0);
    state.pose.roll_rad += kDegree * uniform(rng, -5.0, 5.0);
    state.pose.x_cm += 0.4F * static_cast<float>(rng.normal());
    state.pose.y_cm += 0.4F * static_cast<float>(rng.normal());
    state.pose.z_cm += static_cast<float>(rng.normal());
    return state;
}

head::FaceCode make_pseudo_source(const head::HeadModel& model,
                                  const head::FaceCode& code,
                                  decode::GeometryRenderer& renderer,
                                  const decode::FaceState& state,
                                  const decode::FaceState& believed) {
    head::FaceCode pseudo = code;
    renderer.render_canvas(state.pose, state.actions, pseudo.appearance.canvas);
    pseudo.pose = believed.pose;
    pseudo.actions = believed.actions;
    // Landmarks move like the model's.
    const head::Camera camera = head::default_camera(head::kFrameSize_px);
    const head::Person person = model.person(code.identity);
    head::PosedHead before, after;
    model.animate(person, code.actions, before.head_space);
    model.animate(person, believed.actions, after.head_space);
    head::pose_head(model, code.pose, code.pose, before);
    head::pose_head(model, code.pose, believed.pose, after);
    const auto moved = [](Vec2f at, Vec2f from, Vec2f to) {
        return Vec2f{at.x + (to.x - from.x) / head::kCanvasScale,
                     at.y + (to.y - from.y) / head::kCanvasScale};
    };
    const int num_surface = static_cast<int>(model.landmarks().size());
    for (int i = 0; i < num_surface; ++i) {
        pseudo.landmarks[i] =
            moved(code.landmarks[i],
                  head::canvas_from_camera(camera, model.landmark(before.camera, i)),
                  head::canvas_from_camera(camera, model.landmark(after.camera, i)));
    }
    for (int i = num_surface; i < static_cast<int>(pseudo.landmarks.size()); ++i) {
        const int eye = i < num_surface + head::kNumIrisLandmarks ? 0 : 1;
        pseudo.landmarks[i] = moved(code.landmarks[i],
                                    pupil(person, code.actions, code.pose, code.pose, eye),
                                    pupil(person, believed.actions, code.pose, believed.pose, eye));
    }
    return pseudo;
}

}  // namespace vasa::pairs
