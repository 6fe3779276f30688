// SPDX-License-Identifier: Apache-2.0
#include "statistics.h"

#include "vasa/core/error.h"
#include "vasa/eval/clip_scores.h"

#include <algorithm>
#include <string>

namespace vasa::eval {
namespace {

/// A motion metric under the name of its score.
ScoreField of_motion(const char* name,
                     Better better,
                     double least_change,
                     const std::string& metric) {
    const auto& fields = motion_metric_fields();
    const auto field =
        std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.name == metric; });
    if (field == fields.end()) {
        throw core::Error(core::ErrorKind::Internal, "no metric of motion '" + metric + "'");
    }
    return {name, 1, better, least_change, field->text, field->vasa1, field->value};
}

ScoreField of_motion(const char* name, Better better, double least_change) {
    return of_motion(name, better, least_change, name);
}

}  // namespace

const std::vector<ScoreField>& score_fields() {
    static const std::vector<ScoreField> fields = {
        {"frames_without_face", 1, Better::Low, 0.5, "frames without a face", kNoValue},
        {"av_length_error_frames", 1, Better::Low, 0.5, "video and sound differ, frames", kNoValue},
        of_motion("lip_sync_offset", Better::Near, 1, "sync_offset"),
        of_motion("lip_sync_corr", Better::High, 0.08, "sync_corr"),
        {"expert_offset", 1, Better::Near, 1, "sync expert: offset, frames", kNoValue},
        {"expert_confidence", 1, Better::High, 0.05, "sync expert: confidence", kNoValue},
        {"expert_similarity", 1, Better::High, 0.05, "sync expert: similarity", kNoValue},
        of_motion("closures", Better::High, 0.1),
        of_motion("mouth_mean", Better::Near, 0.006),
        of_motion("mouth_std", Better::Near, 0.005),
        of_motion("mouth_p95", Better::Near, 0.012),
        of_motion("silent_lip", Better::Low, 0.003),
        of_motion("lip_dynamics", Better::Near, 0.2),
        of_motion("width_std", Better::Near, 0.003),
        of_motion("gap_width_corr", Better::Near, 0.1),
        of_motion("head_motion", Better::Near, 0.1),
        of_motion("pose_delta", Better::Near, 0.05),
        of_motion("talk_pause_ratio", Better::Near, 0.3),
        of_motion("jerk_lips", Better::Low, 1),
        of_motion("jerk_head", Better::Low, 0.75),
        of_motion("blink_rate", Better::Near, 8, "blinks"),
        of_motion("blink_completeness", Better::Low, 0.05, "blink_least"),
        of_motion("brow_std", Better::Near, 0.002),
        of_motion("gaze_std", Better::Near, 0.002),
        of_motion("brow_range", Better::Near, 0.006),
        of_motion("gaze_range", Better::Near, 0.006),
        of_motion("lid_mean", Better::Near, 0.01),
        of_motion("lid_std", Better::Near, 0.006),
        of_motion("lid_p90", Better::Near, 0.01),
        {"identity_drift", 1, Better::Low, 0.05, "identity, distance of codes", kNoValue},
        {"sharpness_face", 1, Better::Near, 0.03, "sharpness of the face", kNoValue},
        {"sharpness_mouth", 1, Better::Near, 0.04, "sharpness of the mouth", 1.0},
        {"sharpness_eyes", 1, Better::Near, 0.04, "sharpness of the eyes", kNoValue},
        {"mouth_dark", 1, Better::Near, 0.03, "open mouth: dark share", 0.17},
        {"mouth_dark_wide", 1, Better::Near, 0.04, "wide mouth: dark share", 0.21},
        {"mouth_teeth", 1, Better::Near, 0.03, "open mouth: teeth share", 0.50},
        {"mouth_teeth_wide", 1, Better::Near, 0.04, "wide mouth: teeth share", 0.44},
        {"mouth_flesh", 1, Better::Near, 0.03, "open mouth: tongue and gums share", 0.32},
        {"mouth_flesh_wide", 1, Better::Near, 0.04, "wide mouth: tongue and gums share", 0.34},
        {"teeth_level", 1, Better::Near, 0.03, "luminance of teeth / cheeks", 0.91},
        {"mouth_gradient", 1, Better::Near, 0.15, "gradient in the mouth / on the lips", 1.8},
        {"background_flicker", 1, Better::Low, 0.02, "background, change a frame", kNoValue},
        {"seam", 1, Better::Near, 0.05, "outline's contrast", kNoValue},
        {"self_psnr", 1, Better::High, 0.3, "first frame, dB", kNoValue},
        {"self_ssim", 1, Better::High, 0.005, "first frame, SSIM", kNoValue},
        {"motion_pose_error_deg",
         1,
         Better::Low,
         0.2,
         "head error against motion file, deg",
         kNoValue},
        {"motion_mouth_corr", 1, Better::High, 0.04, "mouth against motion file, corr.", kNoValue},
        {"gaze_error_deg", 1, Better::Low, 1, "gaze error, deg", kNoValue},
        {"distance_error", 1, Better::Low, 0.02, "distance error", kNoValue},
    };
    return fields;
}

}  // namespace vasa::eval
