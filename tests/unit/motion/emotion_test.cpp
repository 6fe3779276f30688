// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/rng.h"
#include "vasa/head/action_groups.h"
#include "vasa/motion/emotional_motion.h"

#include <cmath>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::motion;
using head::Action;

namespace {

constexpr double kSettled_s = 10.0;  // nothing eases in any more

EmotionMix mix_of(Emotion emotion, float strength) {
    EmotionMix mix{};
    mix[static_cast<std::size_t>(emotion)] = strength;
    return mix;
}

std::vector<Emotion> all_emotions() {
    std::vector<Emotion> list;
    for (int e = 0; e < kNumEmotions; ++e) {
        list.push_back(static_cast<Emotion>(e));
    }
    return list;
}

MotionFrame shown(MotionFrame frame, const EmotionMix& mix, double time_s = kSettled_s) {
    add_emotion(frame, mix, time_s);
    return frame;
}

/// A frame in which every action has the same value; no gaze.
MotionFrame level_face(float value) {
    MotionFrame frame;
    for (int k = 0; k < head::kNumActions; ++k) {
        const auto action = static_cast<Action>(k);
        const bool is_own = !head::is_speech_action(action) && !head::is_gaze_action(action) &&
                            !head::is_blink_action(action);
        frame.actions[action] = is_own ? value : 0.0F;
    }
    return frame;
}

/// Lips that meet (P, B, M), a lip on the teeth (F, V), and rounded lips, as drivers make them.
MotionFrame articulating(Action action, float value) {
    MotionFrame frame;
    frame.actions[Action::JawOpen] = 0.1F;
    frame.actions[Action::MouthClose] = 0.1F;
    frame.actions[action] = value;
    frame.actions[head::mirrored(action)] = value;
    return frame;
}

TEST_CASE("without an emotion a frame is left as it is", "[motion]") {
    for (const float value : {0.0F, 0.3F, 0.8F}) {
        MotionFrame frame = level_face(value);
        frame.pose = {0.1F, 0.2F, 0.3F, 1.0F, 2.0F, 3.0F};
        const MotionFrame same = shown(frame, {});
        CHECK(same.actions.values == frame.actions.values);
        CHECK(head::pose_values(same.pose) == head::pose_values(frame.pose));
    }
    const EmotionEffect none = emotion_effect({});
    CHECK(none.actions.values == head::Actions{}.values);
    CHECK(none.head_motion * none.head_tempo * none.blink_rate == 1.0F);
}

TEST_CASE("every emotion is its own face, defined by some of its actions", "[motion]") {
    for (const Emotion emotion : all_emotions()) {
        INFO(emotion_name(emotion));
        CHECK(find_emotion(emotion_name(emotion)) == emotion);
        const EmotionEffect effect = emotion_effect(mix_of(emotion, 1.0F));
        for (const Action action : defining_actions(emotion)) {
            CHECK(effect.actions[action] >= 0.5F);
        }
        for (const Emotion other : all_emotions()) {
            const head::Actions others = emotion_effect(mix_of(other, 1.0F)).actions;
            double square = 0;
            for (std::size_t k = 0; k < head::kNumActions; ++k) {
                square +=
                    std::pow(static_cast<double>(effect.actions.values[k] - others.values[k]), 2.0);
            }
            CHECK((other == emotion || std::sqrt(square) > 0.7));
        }
        for (const float value : effect.actions.values) {
            CHECK((value >= 0.0F && value <= 1.0F));
        }
    }
    CHECK_FALSE(find_emotion("neutral"));
}

TEST_CASE("a resting face shows the effect once, eased in from the portrait", "[motion]") {
    for (const Emotion emotion : all_emotions()) {
        INFO(emotion_name(emotion));
        const EmotionEffect effect = emotion_effect(mix_of(emotion, 0.6F));
        const MotionFrame frame = shown({}, mix_of(emotion, 0.6F));
        for (int k = 0; k < head::kNumActions; ++k) {
            const auto action = static_cast<Action>(k);
            if (!head::is_gaze_action(action)) {
                INFO(head::action_name(action));
                CHECK(frame.actions[action] == Approx(effect.actions[action]).margin(1e-6));
            }
        }
        CHECK(head::pose_values(frame.pose) == head::pose_values(effect.pose));
        const MotionFrame first = shown({}, mix_of(emotion, 0.6F), 0.0);
        CHECK(first.actions.values == head::Actions{}.values);
        CHECK(head::pose_values(first.pose) == head::pose_values(head::Pose{}));
    }
}

TEST_CASE("defining actions grow with the strength on every face", "[motion]") {
    for (const Emotion emotion : all_emotions()) {
        for (const float own : {0.0F, 0.2F, 0.45F}) {
            for (const Action action : defining_actions(emotion)) {
                INFO(emotion_name(emotion) << " " << head::action_name(action) << " over " << own);
                float before = level_face(own).actions[action];
                for (const float strength : {0.25F, 0.5F, 0.75F, 1.0F}) {
                    const float now =
                        shown(level_face(own), mix_of(emotion, strength)).actions[action];
                    CHECK(now > before + 0.04F);
                    before = now;
                }
            }
        }
    }
}

TEST_CASE("emotions do not part lips that meet, bite or are rounded", "[motion]") {
    for (const Emotion emotion : all_emotions()) {
        INFO(emotion_name(emotion));
        for (const MotionFrame& frame : {articulating(Action::MouthPressLeft, 0.28F),
                                         articulating(Action::MouthRollLower, 0.45F),
                                         articulating(Action::MouthPucker, 0.6F)}) {
            const MotionFrame spoken = shown(frame, mix_of(emotion, 1.0F));
            CHECK(spoken.actions[Action::JawOpen] == frame.actions[Action::JawOpen]);
            CHECK(spoken.actions[Action::MouthUpperUpLeft] == 0.0F);
            CHECK(spoken.actions[Action::MouthLowerDownLeft] == 0.0F);
        }
        const MotionFrame shut =
            shown(articulating(Action::MouthPressLeft, 0.28F), mix_of(emotion, 1.0F));
        for (const Action turning :
             {Action::NoseSneerLeft, Action::MouthShrugLower, Action::MouthRollUpper}) {
            CHECK(shut.actions[turning] == 0.0F);
        }
        const MotionFrame round =
            shown(articulating(Action::MouthPucker, 0.6F), mix_of(emotion, 1.0F));
        for (const Action spreading : {Action::MouthSmileLeft, Action::MouthStretchLeft}) {
            CHECK(round.actions[spreading] < 0.3F);
        }
        // Lips are not pressed together where a vowel opens them.
        const MotionFrame vowel = shown(articulating(Action::JawOpen, 0.4F), mix_of(emotion, 1.0F));
        CHECK(vowel.actions[Action::MouthPressLeft] == 0.0F);
    }
}

TEST_CASE("wide eyes yield to blinks", "[motion]") {
    for (const Emotion emotion : {Emotion::Surprised, Emotion::Afraid}) {
        MotionFrame blink;
        blink.actions[Action::EyeBlinkLeft] = blink.actions[Action::EyeBlinkRight] = 1.0F;
        const MotionFrame frame = shown(blink, mix_of(emotion, 1.0F));
        CHECK(frame.actions[Action::EyeWideLeft] == 0.0F);
        CHECK(frame.actions[Action::EyeWideRight] == 0.0F);
        CHECK(frame.actions[Action::EyeBlinkLeft] == 1.0F);
        CHECK(shown({}, mix_of(emotion, 1.0F)).actions[Action::EyeWideLeft] > 0.8F);
    }
}

TEST_CASE("opposing actions never add up, whatever is mixed", "[motion]") {
    core::Rng rng(5);
    for (int i = 0; i < 300; ++i) {
        EmotionMix mix{};
        for (float& strength : mix) {
            strength = rng.uniform() < 0.5 ? 0.0F : static_cast<float>(rng.uniform());
        }
        mix[0] = std::max(mix[0], 0.01F);
        MotionFrame frame;
        for (float& value : frame.actions.values) {
            value = static_cast<float>(rng.uniform(0.0, 1.0));
        }
        const head::Actions actions = shown(frame, mix).actions;
        CHECK(actions[Action::EyeWideLeft] + actions[Action::EyeSquintLeft] <= 1.0001F);
        CHECK(actions[Action::BrowDownRight] + actions[Action::BrowOuterUpRight] <= 1.0001F);
        CHECK(actions[Action::MouthSmileLeft] + actions[Action::MouthFrownLeft] <= 1.0001F);
        for (const float value : actions.values) {
            CHECK((value >= 0.0F && value <= 1.0001F));
        }
    }
}

TEST_CASE("an emotion turns the head, the eyes stay on their target but for the sad", "[motion]") {
    const auto eye_level = [](Emotion emotion) {
        const MotionFrame frame = shown({}, mix_of(emotion, 1.0F));
        return head::left_gaze(frame.actions).pitch_rad + frame.pose.pitch_rad;
    };
    CHECK(shown({}, mix_of(Emotion::Angry, 1.0F)).pose.pitch_rad < -0.05F);
    CHECK(std::abs(eye_level(Emotion::Angry)) < 0.02F);
    CHECK(std::abs(eye_level(Emotion::Surprised)) < 0.02F);
    CHECK(eye_level(Emotion::Sad) < -0.05F);
}

TEST_CASE("emotions scale head motion and blinks", "[motion]") {
    Controls controls;
    controls.set_emotion("sad");
    CHECK(controls.at(0).head_motion < 0.8F);
    controls.set_emotion("afraid");
    CHECK(controls.at(0).blink_rate_per_min > 25.0F);
    controls.set("blink_rate", ControlCurve(60.0F));
    CHECK(controls.at(0).blink_rate_per_min == 60.0F);
    controls.set("blink_rate", ControlCurve(0.0F));
    controls.set("head_motion", ControlCurve(0.0F));
    CHECK(controls.at(0).blink_rate_per_min == 0.0F);
    CHECK(controls.at(0).head_motion == 0.0F);
}

}  // namespace
