// SPDX-License-Identifier: Apache-2.0
#include "vasa/eval/motion_metrics.h"

namespace vasa::eval {

const std::vector<MotionMetricField>& motion_metric_fields() {
    using M = MotionMetrics;
    constexpr double kNone = M::kNone;
    static const std::vector<MotionMetricField> fields = {
        {"mouth_mean", &M::mouth_mean, "mouth opening, mean", 0.096, 0.061},
        {"mouth_std", &M::mouth_std, "mouth opening, std", 0.067, 0.049},
        {"mouth_p95", &M::mouth_p95, "mouth opening, 95 %", 0.222, 0.138},
        {"silent_lip", &M::silent_lip, "lips in silences, MAD", 0.025, 0.021},
        {"lip_dynamics", &M::lip_dynamics, "lip dynamics, %", 3.7, 1.9},
        {"width_std", &M::width_std, "mouth width, std", kNone, kNone},
        {"gap_width_corr", &M::gap_width_corr, "gap and width, correlation", kNone, kNone},
        {"pose_delta", &M::pose_delta, "head turn, deg a frame", 0.99, 0.44},
        {"head_spread", &M::head_spread, "head angles, std, deg", 3.9, kNone},
        {"head_motion", &M::head_motion, "head motion", 2.0, 0.4},
        {"talk_pause_ratio", &M::talk_pause_ratio, "head speed, talk / pause", kNone, kNone},
        {"jerk_lips", &M::jerk_lips, "jerk of lips, 95 %", 6.1, 3.9},
        {"jerk_head", &M::jerk_head, "jerk of head, 95 %", 3.4, 2.3},
        {"blinks", &M::blinks, "blinks a minute", 35, 20},
        {"blink_least", &M::blink_least, "least opening in a blink", 0.21, 0.20},
        {"brow_std", &M::brow_std, "brows, std", 0.040, 0.013},
        {"gaze_std", &M::gaze_std, "pupils, std", 0.029, 0.010},
        {"brow_range", &M::brow_range, "brows, 5 to 95 %", kNone, kNone},
        {"gaze_range", &M::gaze_range, "pupils, 5 to 95 %", kNone, kNone},
        {"lid_mean", &M::lid_mean, "lid opening, mean", kNone, kNone},
        {"lid_std", &M::lid_std, "lid opening, std", kNone, kNone},
        {"lid_p90", &M::lid_p90, "lid opening, 90 %", kNone, kNone},
        {"sync_offset", &M::sync_offset, "loudness: offset, frames", kNone, kNone},
        {"sync_corr", &M::sync_corr, "loudness: correlation", 0.18, 0.55},
        {"closures", &M::closures, "P B M that close, share", kNone, kNone},
        {"dental", &M::dental, "F V opening / mean", kNone, kNone},
        {"rounding", &M::rounding, "UW OW W rounded, share", kNone, kNone},
        {"phone_offset", &M::phone_offset, "phones: offset, frames", kNone, kNone},
        {"phone_corr", &M::phone_corr, "phones: correlation", kNone, kNone},
        {"reference_corr", &M::reference_corr, "correlation with reference", kNone, kNone},
        {"joint_jerk", &M::joint_jerk, "jerk at joints / elsewhere", kNone, kNone},
    };
    return fields;
}

}  // namespace vasa::eval
