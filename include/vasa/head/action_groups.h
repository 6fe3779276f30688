// SPDX-License-Identifier: Apache-2.0
// Groups of facial actions.
#pragma once

#include "vasa/head/actions.h"

namespace vasa::head {

/// eyeBlink*.
constexpr bool is_blink_action(Action action) {
    return action == Action::EyeBlinkLeft || action == Action::EyeBlinkRight;
}

/// eyeLook*, which encode the gaze.
constexpr bool is_gaze_action(Action action) {
    return (action >= Action::EyeLookDownLeft && action <= Action::EyeLookUpLeft) ||
           (action >= Action::EyeLookDownRight && action <= Action::EyeLookUpRight);
}

// The jaw and mouth actions are contiguous in ARKit's order.
constexpr Action kFirstMouthAction = Action::JawForward;
constexpr Action kLastMouthAction = Action::MouthUpperUpRight;
constexpr int kNumMouthActions =
    static_cast<int>(kLastMouthAction) - static_cast<int>(kFirstMouthAction) + 1;

/// jaw* and mouth*, without tongueOut.
constexpr bool is_mouth_action(Action action) {
    return action >= kFirstMouthAction && action <= kLastMouthAction;
}

/// Actions that speech moves: jaw*, mouth* and tongueOut.
constexpr bool is_speech_action(Action action) {
    return is_mouth_action(action) || action == Action::TongueOut;
}

/// brow*.
constexpr bool is_brow_action(Action action) {
    return action >= Action::BrowDownLeft && action <= Action::BrowOuterUpRight;
}

/// mouthLowerDown* and mouthUpperUp*: they part the lips without the jaw.
constexpr bool is_lip_parting_action(Action action) {
    return action == Action::MouthLowerDownLeft || action == Action::MouthLowerDownRight ||
           action == Action::MouthUpperUpLeft || action == Action::MouthUpperUpRight;
}

}  // namespace vasa::head
