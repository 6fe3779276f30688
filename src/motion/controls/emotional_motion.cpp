// SPDX-License-Identifier: Apache-2.0
#include "vasa/motion/emotional_motion.h"

#include "controls/opposed_actions.h"

#include "vasa/core/smoothstep.h"
#include "vasa/head/action_groups.h"

#include <algorithm>

namespace vasa::motion {
namespace {

using head::Action;

/// What the mouth does for speech, 0..1 each.
struct Articulation {
    float shut, bitten, rounded, open;
};

Articulation articulation_of(const head::Actions& actions, const EmotionParams& params) {
    const auto larger = [&](Action one, Action other) {
        return std::max(actions[one], actions[other]);
    };
    const auto share = [](float value, float full) { return std::min(value / full, 1.0F); };
    return {share(larger(Action::MouthPressLeft, Action::MouthPressRight), params.shut_press),
            share(actions[Action::MouthRollLower], params.bitten_roll),
            share(larger(Action::MouthPucker, Action::MouthFunnel), params.rounded),
            share(actions[Action::JawOpen], params.open_jaw)};
}

/// Fraction of an emotion's action that articulation leaves.
float left_by_speech(Action action, const Articulation& mouth, const EmotionParams& params) {
    switch (action) {
        case Action::JawOpen:
        case Action::MouthLowerDownLeft:
        case Action::MouthLowerDownRight:
        case Action::MouthUpperUpLeft:
        case Action::MouthUpperUpRight:
            return 1.0F - std::max({mouth.shut, mouth.bitten, mouth.rounded});
        case Action::NoseSneerLeft:  // lifts the upper lip
        case Action::NoseSneerRight:
        case Action::MouthShrugLower:  // turns the lower lip out
            return 1.0F - mouth.shut;
        case Action::MouthPressLeft:
        case Action::MouthPressRight:
        case Action::MouthRollLower:
        case Action::MouthRollUpper:
            return 1.0F - std::max({mouth.open, mouth.bitten, mouth.rounded, mouth.shut});
        default:
            break;
    }
    // Smile, frown, stretch and dimple move the corners and leave the lips together.
    return head::is_mouth_action(action) ? 1.0F - params.spread_yields * mouth.rounded : 1.0F;
}

/// Reduces the frame's own actions by the emotion's opposing ones.
void yield_opposed(const head::Actions& emotion, head::Actions& actions) {
    for (const auto& [left, other_left] : kOpposed) {
        for (const bool is_right : {false, true}) {
            const Action one = is_right ? head::mirrored(left) : left;
            const Action other = is_right ? head::mirrored(other_left) : other_left;
            actions[one] *= 1.0F - emotion[other];
            actions[other] *= 1.0F - emotion[one];
        }
    }
    // Brows that are down stay down in the middle, too, unless the emotion raises it.
    const float down = std::min(emotion[Action::BrowDownLeft], emotion[Action::BrowDownRight]);
    actions[Action::BrowInnerUp] *= 1.0F - down;
}

void add_actions(const head::Actions& emotion,
                 float ease,
                 const EmotionParams& params,
                 head::Actions& actions) {
    const Articulation mouth = articulation_of(actions, params);
    const auto blink = [&](Action lid) { return std::min(actions[lid], 1.0F); };
    head::Actions shown;
    for (int k = 0; k < head::kNumActions; ++k) {
        const auto action = static_cast<Action>(k);
        shown[action] = ease * emotion[action] * left_by_speech(action, mouth, params);
    }
    shown[Action::EyeWideLeft] *= 1.0F - blink(Action::EyeBlinkLeft);
    shown[Action::EyeWideRight] *= 1.0F - blink(Action::EyeBlinkRight);
    yield_opposed(shown, actions);
    for (int k = 0; k < head::kNumActions; ++k) {
        const auto action = static_cast<Action>(k);
        actions[action] += shown[action] * std::max(1.0F - actions[action], 0.0F);
    }
    limit_opposed(actions);
}

}  // namespace

void add_emotion(MotionFrame& frame,
                 const EmotionMix& mix,
                 double time_s,
                 const EmotionParams& params) {
    if (mix == EmotionMix{}) {
        return;
    }
    const EmotionEffect effect = emotion_effect(mix);
    const auto eased = [time_s](float length_s) {
        return core::smoothstep(0.0F, length_s, static_cast<float>(time_s));
    };
    const float turn = eased(params.pose_ease_in_s), face = eased(params.ease_in_s);
    frame.pose = head::offset(frame.pose, effect.pose, turn);
    const auto looking = [&](const head::Gaze& gaze) {
        const float back = params.eyes_stay * turn;
        return head::Gaze{
            gaze.yaw_rad - back * effect.pose.yaw_rad,
            gaze.pitch_rad - back * effect.pose.pitch_rad + face * effect.gaze.pitch_rad};
    };
    const head::Gaze left = looking(head::left_gaze(frame.actions));
    const head::Gaze right = looking(head::right_gaze(frame.actions));
    add_actions(effect.actions, face, params, frame.actions);
    head::set_gaze(frame.actions, left, right);
}

void add_emotion(MotionClip& clip, const Controls& controls, const EmotionParams& params) {
    for (std::size_t i = 0; i < clip.frames.size(); ++i) {
        const double time_s = static_cast<double>(i) / clip.fps.value();
        add_emotion(clip.frames[i], controls.at(time_s).emotion, time_s, params);
    }
}

}  // namespace vasa::motion
