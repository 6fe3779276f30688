// SPDX-License-Identifier: Apache-2.0

#include "rules/expression.h"

#include "driver_support.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "support/catch.h"

namespace {

using namespace vasa;
using namespace vasa::drive;
using namespace vasa::test;

/// Two minutes of a mouth that opens and closes.
motion::MotionClip talking() {
    motion::MotionClip clip;
    clip.frames.resize(3000);
    for (std::size_t i = 0; i < clip.frames.size(); ++i) {
        clip.frames[i].actions[Action::JawOpen] =
            0.2F + 0.2F * std::sin(0.8F * static_cast<float>(i));
    }
    return clip;
}

struct Moments {
    double mean = 0, spread = 0;
};

Moments moments_of(const motion::MotionClip& clip, Action action) {
    Moments m;
    for (const motion::MotionFrame& frame : clip.frames) {
        m.mean += frame.actions[action] / static_cast<double>(clip.frames.size());
    }
    for (const motion::MotionFrame& frame : clip.frames) {
        const double apart = frame.actions[action] - m.mean;
        m.spread += apart * apart / static_cast<double>(clip.frames.size());
    }
    m.spread = std::sqrt(m.spread);
    return m;
}

double correlation_of(const motion::MotionClip& clip, Action a, Action b) {
    return correlation(values(clip, a), values(clip, b));
}

}  // namespace

TEST_CASE("a talking face has expressions with the spread of talking heads", "[motion]") {
    motion::MotionClip clip = talking();
    add_expression(clip, motion::Controls(), 5);
    // Spreads within clips of talking heads: 0.13, 0.09, 0.09; part of them is due to the tracker.
    CHECK(moments_of(clip, Action::BrowDownLeft).spread == Approx(0.13).margin(0.04));
    CHECK(moments_of(clip, Action::EyeWideLeft).spread == Approx(0.07).margin(0.03));
    CHECK(moments_of(clip, Action::EyeSquintRight).spread == Approx(0.08).margin(0.03));
    CHECK(moments_of(clip, Action::MouthSmileLeft).spread > 0.04);
    CHECK(correlation_of(clip, Action::BrowDownLeft, Action::BrowDownRight) > 0.8);
    CHECK(correlation_of(clip, Action::BrowDownLeft, Action::BrowInnerUp) < -0.1);
    // Slow: nothing jumps from one frame to the next.
    for (std::size_t i = 1; i < clip.frames.size(); ++i) {
        for (int k = 0; k < vasa::head::kNumActions; ++k) {
            const auto action = static_cast<Action>(k);
            const float step = clip.frames[i].actions[action] - clip.frames[i - 1].actions[action];
            REQUIRE((action == Action::JawOpen || std::fabs(step) < 0.15F));
        }
    }
}

TEST_CASE("expressions begin with the portrait, repeat by their seed and can be left out",
          "[motion]") {
    const motion::MotionClip still = talking();
    motion::MotionClip one = still, again = still, other = still, none = still, strong = still;
    add_expression(one, motion::Controls(), 5);
    add_expression(again, motion::Controls(), 5);
    add_expression(other, motion::Controls(), 6);
    motion::Controls controls;
    controls.set("expression", motion::ControlCurve(0.0F));
    add_expression(none, controls, 5);
    controls.set("expression", motion::ControlCurve(3.0F));
    add_expression(strong, controls, 5);
    CHECK(one.frames[0].actions.values == still.frames[0].actions.values);
    bool repeats = true, differs = false, is_left_out = true, in_range = true;
    for (std::size_t i = 0; i < still.frames.size(); ++i) {
        repeats &= one.frames[i].actions.values == again.frames[i].actions.values;
        differs |= one.frames[i].actions.values != other.frames[i].actions.values;
        is_left_out &= none.frames[i].actions.values == still.frames[i].actions.values;
        for (const float value : strong.frames[i].actions.values) {
            in_range &= value >= 0.0F && value <= 1.0F;
        }
    }
    CHECK(repeats);
    CHECK(differs);
    CHECK(is_left_out);
    CHECK(in_range);
}

TEST_CASE("expressions leave lips that meet or are rounded, and the silent less lively",
          "[motion]") {
    motion::MotionClip clip = talking(), silent;
    silent.frames.resize(3000);
    for (std::size_t i = 1000; i < 2000; ++i) {
        clip.frames[i].actions[Action::MouthPressLeft] = 0.3F;
        clip.frames[i].actions[Action::MouthPressRight] = 0.3F;
    }
    add_expression(clip, motion::Controls(), 2);
    add_expression(silent, motion::Controls(), 2);
    for (std::size_t i = 1000; i < 2000; ++i) {
        REQUIRE(clip.frames[i].actions[Action::MouthSmileLeft] == 0.0F);
        REQUIRE(clip.frames[i].actions[Action::MouthFrownRight] == 0.0F);
    }
    CHECK(moments_of(silent, Action::BrowDownLeft).spread <
          0.7 * moments_of(clip, Action::BrowDownLeft).spread);
    CHECK(moments_of(silent, Action::BrowDownLeft).spread > 0.01);
}

TEST_CASE("the constants of expressions make their spread and keep them off the lips", "[motion]") {
    const auto brow_spread = [](motion::MotionClip clip, const ExpressionParams& params) {
        add_expression(clip, motion::Controls(), 5, params);
        return moments_of(clip, Action::BrowDownLeft).spread;
    };
    ExpressionParams spoiled;
    spoiled.brow_down_per_knit = 0.1F;
    CHECK(brow_spread(talking(), {}) == Approx(0.13).margin(0.04));
    CHECK(brow_spread(talking(), spoiled) < 0.09);

    motion::MotionClip silent;
    silent.frames.resize(3000);
    spoiled = {};
    spoiled.idle = 1.0F;
    CHECK(brow_spread(silent, {}) < 0.7 * brow_spread(talking(), {}));
    CHECK(brow_spread(silent, spoiled) > 0.7 * brow_spread(talking(), spoiled));

    const auto smile_of_pressed = [](const ExpressionParams& params) {
        motion::MotionClip clip = talking();
        for (motion::MotionFrame& frame : clip.frames) {
            frame.actions[Action::MouthPressLeft] = 0.3F;
        }
        add_expression(clip, motion::Controls(), 5, params);
        return largest(clip, Action::MouthSmileLeft, 0.0, 120.0);
    };
    spoiled = {};
    spoiled.shut_press = 3.0F;
    CHECK(smile_of_pressed({}) == 0.0F);
    CHECK(smile_of_pressed(spoiled) > 0.1F);

    const auto first_step = [](const ExpressionParams& params) {
        motion::MotionClip clip = talking();
        add_expression(clip, motion::Controls(), 5, params);
        float highest = 0;
        for (int k = 0; k < vasa::head::kNumActions; ++k) {
            const auto action = static_cast<Action>(k);
            if (action != Action::JawOpen) {
                highest = std::max(
                    highest,
                    std::fabs(clip.frames[1].actions[action] - clip.frames[0].actions[action]));
            }
        }
        return highest;
    };
    spoiled = {};
    spoiled.ease_in_s = 0.01F;
    CHECK(first_step({}) < 0.01F);
    CHECK(first_step(spoiled) > 0.02F);
}
