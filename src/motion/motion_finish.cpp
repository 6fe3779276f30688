// SPDX-License-Identifier: Apache-2.0
#include "motion_finish.h"

#include "filters.h"

#include "vasa/core/rng.h"
#include "vasa/motion/controlled_motion.h"
#include "vasa/motion/expression.h"

#include <algorithm>
#include <cmath>

namespace vasa::motion {
namespace {

using head::Action;

/// The head leaves the portrait's pose over this time.
constexpr float kStart_s = 1.0F;
/// A rise of the lids beyond this, and back, is a blink.
constexpr float kBlinkLevel = 0.3F;
constexpr float kLidsBetween = 0.4F;
constexpr double kClosing_s = 0.08;
constexpr double kShut_s = 0.05;
constexpr double kOpening_s = 0.14;
constexpr double kLeastBlinkGap_s = 0.35;

/// Takes away the first frame's pose, fading out.
void start_from_portrait(MotionClip& clip) {
    const head::Pose first = clip.frames.front().pose;
    for (std::size_t i = 0; i < clip.frames.size(); ++i) {
        const float time_s = static_cast<float>(i) / 25.0F;
        const float share = 1.0F - smoothstep(0.0F, kStart_s, time_s);
        head::Pose& pose = clip.frames[i].pose;
        pose.yaw_rad -= share * first.yaw_rad;
        pose.pitch_rad -= share * first.pitch_rad;
        pose.roll_rad -= share * first.roll_rad;
        pose.x_cm -= share * first.x_cm;
        pose.y_cm -= share * first.y_cm;
        pose.z_cm -= share * first.z_cm;
    }
}

float lids(const MotionFrame& frame) {
    return 0.5F * (frame.actions[Action::EyeBlinkLeft] + frame.actions[Action::EyeBlinkRight]);
}

/// Moments at which the eyes are most closed, seconds.
std::vector<double> find_blinks(const MotionClip& clip, double fps) {
    std::vector<double> moments;
    std::size_t i = 0;
    while (i < clip.frames.size()) {
        if (lids(clip.frames[i]) <= kBlinkLevel) {
            ++i;
            continue;
        }
        std::size_t peak = i;
        while (i < clip.frames.size() && lids(clip.frames[i]) > kBlinkLevel) {
            peak = lids(clip.frames[i]) > lids(clip.frames[peak]) ? i : peak;
            ++i;
        }
        const double moment_s = static_cast<double>(peak) / fps;
        if (moments.empty() || moment_s - moments.back() >= kLeastBlinkGap_s) {
            moments.push_back(moment_s);
        }
    }
    return moments;
}

/// Blinks a minute that the network made; short clips tell little, so that they are taken together
/// with what is usual.
double made_rate(const std::vector<double>& found, double duration_s) {
    constexpr double kUsual_s = 15.0;
    const double usual = kUsualBlinkRate_per_min / 60.0 * kUsual_s;
    return 60.0 * (static_cast<double>(found.size()) + usual) / (duration_s + kUsual_s);
}

/// Drops some of the blinks or adds some, by the rate asked for at each.
std::vector<double> adjust_rate(const std::vector<double>& found,
                                double duration_s,
                                const Controls& controls,
                                std::uint64_t seed) {
    core::Rng rng = core::Rng(seed).fork(0xb11c);
    const double made = made_rate(found, duration_s);
    std::vector<double> moments;
    for (const double moment_s : found) {
        if (rng.uniform() * made < static_cast<double>(controls.at(moment_s).blink_rate_per_min)) {
            moments.push_back(moment_s);
        }
    }
    // Where more are asked for, the rest arrives at random moments.
    constexpr double kStep_s = 0.1;
    for (double time_s = 0.0; time_s < duration_s; time_s += kStep_s) {
        const double asked = static_cast<double>(controls.at(time_s).blink_rate_per_min);
        const double moment_s = time_s + rng.uniform(0.0, kStep_s);
        if (rng.uniform() >= kStep_s * (asked - made) / 60.0) {
            continue;
        }
        const bool is_free = std::all_of(moments.begin(), moments.end(), [&](double other_s) {
            return std::abs(other_s - moment_s) >= kLeastBlinkGap_s;
        });
        if (is_free) {
            moments.push_back(moment_s);
        }
    }
    return moments;
}

/// Closing of the lids at a time before (negative) or after the moment they are shut.
float lid_curve(double offset_s) {
    if (offset_s < 0.0) {
        return smoothstep(-static_cast<float>(kClosing_s), 0.0F, static_cast<float>(offset_s));
    }
    const double opening_s = offset_s - kShut_s;
    return 1.0F - smoothstep(0.0F, static_cast<float>(kOpening_s), static_cast<float>(opening_s));
}

}  // namespace

void finish_blinks(MotionClip& clip, const Controls& controls, std::uint64_t seed) {
    const double fps = clip.fps.value();
    const std::vector<double> moments =
        adjust_rate(find_blinks(clip, fps), clip.duration_s(), controls, seed);
    for (std::size_t i = 0; i < clip.frames.size(); ++i) {
        const double time_s = static_cast<double>(i) / fps;
        float shut = 0.0F;
        for (const double moment_s : moments) {
            shut = std::max(shut, lid_curve(time_s - moment_s));
        }
        for (const Action action : {Action::EyeBlinkLeft, Action::EyeBlinkRight}) {
            float& value = clip.frames[i].actions[action];
            // What is left of the network's own, incomplete blink goes.
            const float between =
                value > kBlinkLevel ? kBlinkLevel * 0.5F : std::min(value, kLidsBetween);
            value = between + (1.0F - between) * shut;
        }
    }
}

void finish_motion(MotionClip& clip, const Controls& controls, std::uint64_t seed) {
    if (clip.frames.empty()) {
        return;
    }
    scale_amplitudes(clip, controls);
    start_from_portrait(clip);
    add_expression(clip, controls, seed);
    finish_blinks(clip, controls, seed);
}

}  // namespace vasa::motion
