// SPDX-License-Identifier: Apache-2.0
#include "motion/curve_metrics.h"
#include "statistics.h"

#include "vasa/core/error.h"
#include "vasa/eval/motion_metrics.h"

#include <array>
#include <string>

namespace vasa::eval {
namespace {

using core::Error;
using core::ErrorKind;
using motion::MotionClip;

double determination(const std::vector<double>& asked, const std::vector<double>& got) {
    const double total = variance(asked) * static_cast<double>(asked.size());
    if (!(total > 1e-12)) {
        return kNoValue;
    }
    double rest = 0;
    for (std::size_t i = 0; i < asked.size(); ++i) {
        rest += (asked[i] - got[i]) * (asked[i] - got[i]);
    }
    return 1 - rest / total;
}

}  // namespace

ControlFollowing measure_control_following(const std::vector<motion::ControlFrame>& asked,
                                           const std::vector<MotionClip>& got) {
    constexpr double kPortraitDistance_cm = 60.0;  // distance that relative z refers to
    if (asked.size() != got.size()) {
        throw Error(ErrorKind::Usage,
                    "cannot compare controls: " + std::to_string(got.size()) + " clips, expected " +
                        std::to_string(asked.size()));
    }
    std::array<std::vector<double>, 3> wanted, found;
    for (std::size_t i = 0; i < got.size(); ++i) {
        const MotionClip clip = at_metric_rate(got[i]);
        std::array<double, 3> sum{};
        for (const motion::MotionFrame& frame : clip.frames) {
            const head::Gaze left = head::left_gaze(frame.actions);
            const head::Gaze right = head::right_gaze(frame.actions);
            sum[0] += frame.pose.yaw_rad + 0.5 * (left.yaw_rad + right.yaw_rad);
            sum[1] += frame.pose.pitch_rad + 0.5 * (left.pitch_rad + right.pitch_rad);
            sum[2] += 1.0 - frame.pose.z_cm / kPortraitDistance_cm;
        }
        const double asked_values[3] = {
            asked[i].gaze.yaw_rad, asked[i].gaze.pitch_rad, asked[i].distance};
        for (int k = 0; k < 3; ++k) {
            wanted[k].push_back(asked_values[k]);
            found[k].push_back(sum[k] / static_cast<double>(clip.frames.size()));
        }
    }
    return {determination(wanted[0], found[0]),
            determination(wanted[1], found[1]),
            determination(wanted[2], found[2])};
}

}  // namespace vasa::eval
