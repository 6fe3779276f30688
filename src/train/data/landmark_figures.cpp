// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/prepare_landmarks.h"

#include <cmath>
#include <cstddef>

namespace vasa::train {
namespace {

constexpr double kDegreesPerRadian = 57.29577951308232;
/// Mean of both eyes' eyeBlink above which they count as closed.
constexpr float kClosedEyes = 0.5F;

/// Sums of products of two channels about their means within shots.
struct Covariance {
    double xx = 0, yy = 0, xy = 0;

    template <typename X, typename Y>
    void add(const motion::MotionClip& shot, const X& x_of, const Y& y_of) {
        const auto n = static_cast<double>(shot.frames.size());
        double mean_x = 0, mean_y = 0;
        for (const motion::MotionFrame& frame : shot.frames) {
            mean_x += static_cast<double>(x_of(frame)) / n;
            mean_y += static_cast<double>(y_of(frame)) / n;
        }
        for (const motion::MotionFrame& frame : shot.frames) {
            const double x = static_cast<double>(x_of(frame)) - mean_x;
            const double y = static_cast<double>(y_of(frame)) - mean_y;
            xx += x * x;
            yy += y * y;
            xy += x * y;
        }
    }
    double correlation() const { return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 0.0; }
};

bool has_closed_eyes(const motion::MotionFrame& frame) {
    const head::Actions& a = frame.actions;
    return (a[head::Action::EyeBlinkLeft] + a[head::Action::EyeBlinkRight]) / 2 > kClosedEyes;
}

int num_blinks(const motion::MotionClip& shot) {
    int count = 0;
    for (std::size_t t = 1; t < shot.frames.size(); ++t) {
        const bool starts = has_closed_eyes(shot.frames[t]) && !has_closed_eyes(shot.frames[t - 1]);
        count += starts ? 1 : 0;
    }
    return count;
}

}  // namespace

RecordedMotionFigures recorded_motion_figures(const std::vector<motion::MotionClip>& shots) {
    RecordedMotionFigures figures;
    Covariance yaw_roll, jaw_pitch;
    double num_frames = 0, blinks = 0;
    for (const motion::MotionClip& shot : shots) {
        yaw_roll.add(
            shot,
            [](const motion::MotionFrame& f) { return f.pose.yaw_rad; },
            [](const motion::MotionFrame& f) { return f.pose.roll_rad; });
        jaw_pitch.add(
            shot,
            [](const motion::MotionFrame& f) { return f.actions[head::Action::JawOpen]; },
            [](const motion::MotionFrame& f) { return f.pose.pitch_rad; });
        num_frames += static_cast<double>(shot.frames.size());
        blinks += num_blinks(shot);
    }
    if (num_frames == 0) {
        return figures;
    }
    const auto std_deg = [num_frames](double squares) {
        return kDegreesPerRadian * std::sqrt(squares / num_frames);
    };
    figures.yaw_std_deg = std_deg(yaw_roll.xx);
    figures.pitch_std_deg = std_deg(jaw_pitch.yy);
    figures.roll_std_deg = std_deg(yaw_roll.yy);
    figures.jaw_pitch_correlation = jaw_pitch.correlation();
    figures.blinks_per_minute = blinks / (num_frames / (60.0 * motion::kMotionRate_hz));
    return figures;
}

}  // namespace vasa::train
