// SPDX-License-Identifier: Apache-2.0
#include "controls/opposed_actions.h"

#include "vasa/motion/emotional_motion.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace vasa::motion {
namespace {

using head::Action;

constexpr float kDegree = 3.14159265F / 180.0F;
/// Heads never stand still and lids never stop, whatever is mixed.
constexpr float kLeastFactor = 0.3F;

struct Part {
    Action action;  ///< of the middle or of one side; in Row::sides the left one of both
    float share;
};

/// Turn of the head in degrees, and its way towards the viewer.
struct Posture {
    float yaw_deg, pitch_deg, roll_deg, forward_cm;
};

/// Factors.
struct Pace {
    float head_motion, head_tempo, blink_rate;
};

/// An emotion at full strength.
struct Row {
    std::vector<Part> sides, single;
    Posture posture;
    Pace pace;
    float gaze_pitch_deg;
    std::vector<Action> defining;
};

/// The comments give the action units. Turns are small beside the 25 degrees of yaw and 20 of pitch
/// that a frame can show, so that speech has room to move the head.
const Row& row_of(Emotion emotion) {
    static const std::array<Row, kNumEmotions> kRows = {
        // Happy: 6 + 12. Lively, slightly tilted.
        Row{{{Action::MouthSmileLeft, 0.80F},
             {Action::CheekSquintLeft, 0.60F},
             {Action::EyeSquintLeft, 0.35F},
             {Action::MouthDimpleLeft, 0.20F}},
            {},
            {0.0F, 1.0F, 3.0F, 0.0F},
            {1.15F, 1.1F, 1.0F},
            0.0F,
            {Action::MouthSmileLeft, Action::MouthSmileRight}},
        // Sad: 1 + 4 + 15 + 17, lids and gaze lowered. The head hangs and hardly moves.
        Row{{{Action::MouthFrownLeft, 0.95F},
             {Action::BrowDownLeft, 0.15F},
             {Action::EyeBlinkLeft, 0.18F}},
            {{Action::BrowInnerUp, 0.95F}, {Action::MouthShrugLower, 0.35F}},
            {0.0F, -7.0F, 4.0F, -0.5F},
            {0.6F, 0.7F, 0.9F},
            -5.0F,
            {Action::BrowInnerUp, Action::MouthFrownLeft, Action::MouthFrownRight}},
        // Angry: 4 + 5 + 7 + 23 + 24; 9 lowers the inner brows further. Chin down, forward. As much
        // of 5 as of 7: narrow eyes alone look tired.
        Row{{{Action::BrowDownLeft, 1.00F},
             {Action::NoseSneerLeft, 0.50F},
             {Action::EyeSquintLeft, 0.30F},
             {Action::EyeWideLeft, 0.35F},
             {Action::MouthPressLeft, 0.90F},
             {Action::MouthFrownLeft, 0.50F}},
            {{Action::MouthRollLower, 0.20F},
             {Action::MouthRollUpper, 0.20F},
             {Action::MouthShrugLower, 0.20F}},
            {0.0F, -6.0F, 0.0F, 2.0F},
            {1.25F, 1.3F, 0.7F},
            0.0F,
            {Action::BrowDownLeft, Action::BrowDownRight}},
        // Surprised: 1 + 2 + 5 + 26. The head goes back and up.
        Row{{{Action::BrowOuterUpLeft, 0.95F}, {Action::EyeWideLeft, 1.00F}},
            {{Action::BrowInnerUp, 0.90F}, {Action::JawOpen, 0.18F}},
            {0.0F, 4.0F, 0.0F, -2.0F},
            {1.0F, 1.1F, 0.6F},
            0.0F,
            {Action::BrowOuterUpLeft,
             Action::BrowOuterUpRight,
             Action::EyeWideLeft,
             Action::EyeWideRight}},
        // Afraid: 1 + 2 + 4 + 5 + 20 + 26. The head shrinks back, the lids flutter.
        Row{{{Action::EyeWideLeft, 1.00F},
             {Action::BrowOuterUpLeft, 0.20F},
             {Action::BrowDownLeft, 0.25F},
             {Action::MouthStretchLeft, 0.95F},
             {Action::MouthLowerDownLeft, 0.25F}},
            {{Action::BrowInnerUp, 1.00F}, {Action::JawOpen, 0.08F}},
            {0.0F, 1.0F, 0.0F, -2.5F},
            {0.8F, 1.3F, 1.5F},
            0.0F,
            {Action::BrowInnerUp, Action::MouthStretchLeft, Action::MouthStretchRight}},
        // Disgusted: 9 + 10 + 15 + 17. Turned away and back. Little of 10, which bares the teeth.
        Row{{{Action::NoseSneerLeft, 1.00F},
             {Action::BrowDownLeft, 0.50F},
             {Action::CheekSquintLeft, 0.30F},
             {Action::EyeSquintLeft, 0.30F},
             {Action::MouthUpperUpLeft, 0.15F},
             {Action::MouthFrownLeft, 0.70F}},
            {{Action::MouthShrugLower, 0.35F}},
            {6.0F, 3.0F, 0.0F, -1.5F},
            {0.9F, 0.9F, 1.1F},
            0.0F,
            {Action::NoseSneerLeft, Action::NoseSneerRight}},
        // Contempt: right 12 + right 14, lids lowered. Chin up, looking down at the viewer.
        // Landmarks do not show dimples: they define nothing.
        Row{{{Action::EyeBlinkLeft, 0.12F}, {Action::EyeSquintLeft, 0.20F}},
            {{Action::MouthSmileRight, 0.60F},
             {Action::MouthDimpleRight, 0.90F},
             {Action::CheekSquintRight, 0.30F},
             {Action::BrowOuterUpRight, 0.40F}},
            {4.0F, 5.0F, 4.0F, 0.0F},
            {0.8F, 0.85F, 0.8F},
            0.0F,
            {Action::MouthSmileRight}}};
    return kRows.at(static_cast<std::size_t>(emotion));
}

void limit_pair(Action one, Action other, head::Actions& actions) {
    const float total = actions[one] + actions[other];
    if (total > 1.0F) {
        actions[one] /= total;
        actions[other] /= total;
    }
}

void add_row(const Row& row, float strength, EmotionEffect& effect) {
    for (const Part& part : row.sides) {
        effect.actions[part.action] += strength * part.share;
        effect.actions[head::mirrored(part.action)] += strength * part.share;
    }
    for (const Part& part : row.single) {
        effect.actions[part.action] += strength * part.share;
    }
    const head::Pose pose = {kDegree * row.posture.yaw_deg,
                             kDegree * row.posture.pitch_deg,
                             kDegree * row.posture.roll_deg,
                             0.0F,
                             0.0F,
                             row.posture.forward_cm};
    effect.pose = head::offset(effect.pose, pose, strength);
    effect.gaze.pitch_rad += strength * kDegree * row.gaze_pitch_deg;
    effect.head_motion += strength * (row.pace.head_motion - 1.0F);
    effect.head_tempo += strength * (row.pace.head_tempo - 1.0F);
    effect.blink_rate += strength * (row.pace.blink_rate - 1.0F);
}

}  // namespace

void limit_opposed(head::Actions& actions) {
    for (const auto& [one, other] : kOpposed) {
        limit_pair(one, other, actions);
        limit_pair(head::mirrored(one), head::mirrored(other), actions);
    }
}

EmotionEffect emotion_effect(const EmotionMix& mix) {
    EmotionEffect effect;
    for (int e = 0; e < kNumEmotions; ++e) {
        const float strength = mix[static_cast<std::size_t>(e)];
        if (strength > 0.0F) {
            add_row(row_of(static_cast<Emotion>(e)), strength, effect);
        }
    }
    limit_opposed(effect.actions);
    for (float& value : effect.actions.values) {
        value = std::min(value, 1.0F);
    }
    for (float* factor : {&effect.head_motion, &effect.head_tempo, &effect.blink_rate}) {
        *factor = std::max(*factor, kLeastFactor);
    }
    return effect;
}

const std::vector<head::Action>& defining_actions(Emotion emotion) {
    return row_of(emotion).defining;
}

}  // namespace vasa::motion
