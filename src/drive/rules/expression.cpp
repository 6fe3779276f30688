// SPDX-License-Identifier: Apache-2.0
#include "rules/expression.h"

#include "rules/slow_process.h"

#include "vasa/core/filters.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace vasa::drive {
namespace {

using head::Action;

/// Strength of each part: 0 at rest, spread about 0.6, seldom above 2.
struct Expression {
    float raise, knit;    ///< of the brows
    float widen, narrow;  ///< of the eyes
    float glad, sad;      ///< of mouth and cheeks
    float wrinkle;        ///< of the nose
};

/// A left action that is mirrored to the right.
struct Sided {
    Action left;
    float per_unit;
    float part;
};

/// Half of the power is below the lower frequency, half below the higher; spread about 1.
core::Track process(const std::vector<double>& clock_s,
                    double low_hz,
                    double high_hz,
                    const core::Rng& rng) {
    core::Track slow = slow_process(clock_s, low_hz, rng.fork(1));
    const core::Track fast = slow_process(clock_s, high_hz, rng.fork(2));
    for (std::size_t i = 0; i < slow.size(); ++i) {
        slow[i] = 0.7F * slow[i] + 0.7F * fast[i];
    }
    return slow;
}

/// Mouth activity of each frame, 0..1, over about a second.
core::Track measure_activity(const motion::MotionClip& clip, const ExpressionParams& params) {
    core::Track jaw;
    for (const motion::MotionFrame& frame : clip.frames) {
        jaw.push_back(frame.actions[Action::JawOpen]);
    }
    core::Track activity =
        core::smooth_wide(jaw, static_cast<float>(params.activity_s * clip.fps.value()));
    for (float& value : activity) {
        value = std::min(value / params.busy_jaw, 1.0F);
    }
    return activity;
}

void add(Action action, float value, head::Actions& actions) {
    actions[action] = std::clamp(actions[action] + value, 0.0F, 1.0F);
}

/// Applies one moment's expressions; `side` is the fraction by which the left side is stronger.
void express(const Expression& now,
             float side,
             const ExpressionParams& params,
             head::Actions& actions) {
    const auto add_sides = [&](const Sided& sided, float fraction) {
        const float value = fraction * sided.per_unit * sided.part;
        add(sided.left, value * (1.0F + side), actions);
        add(head::mirrored(sided.left), value * (1.0F - side), actions);
    };
    const float lids = std::max(actions[Action::EyeBlinkLeft], actions[Action::EyeBlinkRight]);
    add_sides({Action::BrowOuterUpLeft, params.outer_brow_per_raise, now.raise}, 1.0F);
    add_sides({Action::BrowDownLeft, params.brow_down_per_knit, now.knit}, 1.0F);
    add_sides({Action::EyeSquintLeft, params.eye_squint_per_knit, now.knit}, 1.0F);
    add_sides({Action::EyeWideLeft, params.eye_wide_per_widen, now.widen}, 1.0F - lids);
    add_sides({Action::EyeSquintLeft, params.eye_squint_per_narrow, now.narrow}, 1.0F);
    add_sides({Action::CheekSquintLeft, params.cheek_squint_per_glad, now.glad}, 1.0F);
    add_sides({Action::NoseSneerLeft, params.nose_sneer_per_wrinkle, now.wrinkle}, 1.0F);
    add(Action::BrowInnerUp, params.inner_brow_per_raise * now.raise, actions);
    const float knitted = std::min(params.raise_yields * now.knit, 1.0F);
    for (const Action brow :
         {Action::BrowInnerUp, Action::BrowOuterUpLeft, Action::BrowOuterUpRight}) {
        actions[brow] *= 1.0F - knitted;
    }
    // Lips that meet or are rounded are not moved.
    const float press = std::max(actions[Action::MouthPressLeft], actions[Action::MouthPressRight]);
    const float rounded = std::max(actions[Action::MouthPucker], actions[Action::MouthFunnel]);
    const float is_free = (1.0F - std::min(press / params.shut_press, 1.0F)) *
                          (1.0F - std::min(rounded / params.rounded, 1.0F));
    add_sides({Action::MouthSmileLeft, params.mouth_smile_per_glad, now.glad}, is_free);
    add_sides({Action::MouthDimpleLeft, params.mouth_dimple_per_glad, now.glad}, is_free);
    add_sides({Action::MouthFrownLeft, params.mouth_frown_per_sad, now.sad}, is_free);
}

}  // namespace

void add_expression(motion::MotionClip& clip,
                    const motion::Controls& controls,
                    std::uint64_t seed,
                    const ExpressionParams& params) {
    const core::Rng rng = core::Rng(seed).fork(0xface);
    std::vector<double> clock_s;
    for (std::size_t i = 0; i < clip.frames.size(); ++i) {
        clock_s.push_back(static_cast<double>(i) / clip.fps.value());
    }
    const auto track = [&](double low_hz, double high_hz, std::uint64_t key) {
        return process(clock_s, low_hz, high_hz, rng.fork(key));
    };
    const core::Track activity = measure_activity(clip, params);
    const core::Track brows = track(params.brow_slow_hz, params.brow_fast_hz, 1);
    const core::Track eyes = track(params.brow_slow_hz, params.brow_fast_hz, 2);
    const core::Track mood = track(params.mood_slow_hz, params.mood_fast_hz, 3);
    const core::Track nose = track(params.nose_slow_hz, params.nose_fast_hz, 4);
    const core::Track lean = track(params.mood_slow_hz, params.mood_fast_hz, 5);
    for (std::size_t i = 0; i < clip.frames.size(); ++i) {
        const double time_s = clock_s[i];
        const float strength = controls.at(time_s).expression *
                               (params.idle + (1.0F - params.idle) * activity[i]) *
                               core::smoothstep(0.0F, params.ease_in_s, static_cast<float>(time_s));
        const auto over = [&](float value) { return strength * std::max(0.0F, value); };
        const Expression now = {over(brows[i]),
                                over(-brows[i]),
                                over(eyes[i]),
                                over(-eyes[i]),
                                over(mood[i]),
                                over(-mood[i]),
                                over(nose[i])};
        const float side =
            std::clamp(params.asymmetry * lean[i], -params.max_asymmetry, params.max_asymmetry);
        express(now, side, params, clip.frames[i].actions);
    }
}

}  // namespace vasa::drive
