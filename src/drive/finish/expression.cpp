// SPDX-License-Identifier: Apache-2.0
#include "vasa/drive/expression.h"

#include "rules/face_rules.h"

#include "vasa/core/filters.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace vasa::drive {
namespace {

using head::Action;

constexpr float kEaseIn_s = 1.0F;
constexpr float kIdle = 0.45F;     ///< strength of a face that does not speak
constexpr float kBusyJaw = 0.12F;  ///< mean opening of a jaw that speaks
constexpr float kPress = 0.25F;    ///< of lips that meet

/// How far a face goes: each is 0 at rest, about 0.6 in its spread, seldom above 2.
struct Expression {
    float raise, knit;    ///< of the brows
    float widen, narrow;  ///< of the eyes
    float glad, sad;      ///< of mouth and cheeks
    float wrinkle;        ///< of the nose
};

struct Range {
    Action left;
    float per_unit;
    float Expression::*part;
};

// Spread within clips of talking heads over that of the processes; of the mouth less, which the
// speech moves already.
constexpr Range kSides[] = {
    {Action::BrowOuterUpLeft, 0.14F, &Expression::raise},
    {Action::BrowDownLeft, 0.30F, &Expression::knit},
    {Action::EyeSquintLeft, 0.05F, &Expression::knit},
    {Action::EyeWideLeft, 0.14F, &Expression::widen},
    {Action::EyeSquintLeft, 0.13F, &Expression::narrow},
    {Action::CheekSquintLeft, 0.07F, &Expression::glad},
    {Action::NoseSneerLeft, 0.07F, &Expression::wrinkle},
};
constexpr Range kMouth[] = {
    {Action::MouthSmileLeft, 0.16F, &Expression::glad},
    {Action::MouthDimpleLeft, 0.06F, &Expression::glad},
    {Action::MouthFrownLeft, 0.10F, &Expression::sad},
};
constexpr float kYield = 0.4F;  ///< of raised brows to knit ones, a unit
constexpr float kInnerBrow = 0.17F;

float activity_sigma(const core::Rational& fps) {
    return static_cast<float>(0.5 * fps.value());
}

/// Half of the power below the lower frequency, half below the higher; spread about 1.
core::Track process(const SlowPiece& piece, double low_hz, double high_hz, core::Rng rng) {
    core::Track slow = piece.process(low_hz, rng.fork(1));
    const core::Track fast = piece.process(high_hz, rng.fork(2));
    for (std::size_t i = 0; i < slow.size(); ++i) {
        slow[i] = 0.7F * slow[i] + 0.7F * fast[i];
    }
    return slow;
}

/// How busy the mouth is in the frames [first, end), 0..1, over about a second.
core::Track measure_activity(const motion::MotionClip& clip, std::size_t first, std::size_t end) {
    const std::size_t reach = reach_of_expression(clip.fps);
    const std::size_t from = first - std::min(first, reach);
    const std::size_t to = std::min(end + reach, clip.frames.size());
    core::Track jaw;
    for (std::size_t i = from; i < to; ++i) {
        jaw.push_back(clip.frames[i].actions[Action::JawOpen]);
    }
    const core::Track smooth = core::smooth_wide(jaw, activity_sigma(clip.fps));
    core::Track activity;
    for (std::size_t i = first; i < end; ++i) {
        activity.push_back(std::min(smooth[i - from] / kBusyJaw, 1.0F));
    }
    return activity;
}

void add(Action action, float value, head::Actions& actions) {
    actions[action] = std::clamp(actions[action] + value, 0.0F, 1.0F);
}

}  // namespace

std::size_t reach_of_expression(const core::Rational& fps) {
    return static_cast<std::size_t>(core::reach_of_smooth_wide(activity_sigma(fps)));
}

void add_expression(motion::MotionClip& clip,
                    const motion::Controls& controls,
                    std::uint64_t seed) {
    add_expression(clip, 0, clip.frames.size(), controls, seed);
}

void add_expression(motion::MotionClip& clip,
                    std::size_t first,
                    std::size_t end,
                    const motion::Controls& controls,
                    std::uint64_t seed) {
    const core::Rng rng = core::Rng(seed).fork(0xface);
    const SlowPiece piece(first, end, clip.fps);
    const auto track = [&](double low_hz, double high_hz, std::uint64_t key) {
        return process(piece, low_hz, high_hz, rng.fork(key));
    };
    const core::Track activity = measure_activity(clip, first, end);
    const core::Track brows = track(0.5, 2.0, 1);
    const core::Track eyes = track(0.5, 2.0, 2);
    const core::Track mood = track(0.2, 1.0, 3);
    const core::Track nose = track(0.4, 2.0, 4);
    const core::Track lean = track(0.2, 1.0, 5);
    for (std::size_t i = 0; i < end - first; ++i) {
        const double time_s = static_cast<double>(first + i) / clip.fps.value();
        const float strength = controls.at(time_s).expression *
                               (kIdle + (1.0F - kIdle) * activity[i]) *
                               core::smoothstep(0.0F, kEaseIn_s, static_cast<float>(time_s));
        const auto over = [&](float value) { return strength * std::max(0.0F, value); };
        const Expression now = {over(brows[i]),
                                over(-brows[i]),
                                over(eyes[i]),
                                over(-eyes[i]),
                                over(mood[i]),
                                over(-mood[i]),
                                over(nose[i])};
        head::Actions& actions = clip.frames[first + i].actions;
        const float side = std::clamp(0.15F * lean[i], -0.4F, 0.4F);
        const auto add_sides = [&](const Range& range, float share) {
            const float value = share * range.per_unit * now.*range.part;
            add(range.left, value * (1.0F + side), actions);
            add(head::mirrored(range.left), value * (1.0F - side), actions);
        };
        const float lids = std::max(actions[Action::EyeBlinkLeft], actions[Action::EyeBlinkRight]);
        for (const Range& range : kSides) {
            add_sides(range, range.left == Action::EyeWideLeft ? 1.0F - lids : 1.0F);
        }
        add(Action::BrowInnerUp, kInnerBrow * now.raise, actions);
        const float knitted = std::min(kYield * now.knit, 1.0F);
        for (const Action brow :
             {Action::BrowInnerUp, Action::BrowOuterUpLeft, Action::BrowOuterUpRight}) {
            actions[brow] *= 1.0F - knitted;
        }
        const float press =
            std::max(actions[Action::MouthPressLeft], actions[Action::MouthPressRight]);
        const float rounded = std::max(actions[Action::MouthPucker], actions[Action::MouthFunnel]);
        const float is_free =
            (1.0F - std::min(press / kPress, 1.0F)) * (1.0F - std::min(2.0F * rounded, 1.0F));
        for (const Range& range : kMouth) {
            add_sides(range, is_free);
        }
    }
}

}  // namespace vasa::drive
