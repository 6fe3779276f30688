// SPDX-License-Identifier: Apache-2.0
#include "statistics.h"

#include "vasa/core/error.h"
#include "vasa/eval/clip_scores.h"

#include <algorithm>
#include <string>

namespace vasa::eval {
namespace {

/// A metric of motion under the name of its score.
ScoreField of_motion(const char* name, Better better, const std::string& metric) {
    const auto& fields = motion_metric_fields();
    const auto field =
        std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.name == metric; });
    if (field == fields.end()) {
        throw core::Error(core::ErrorKind::Internal, "no metric of motion '" + metric + "'");
    }
    return {name, 1, better, field->text, field->vasa1, field->value};
}

ScoreField of_motion(const char* name, Better better) {
    return of_motion(name, better, name);
}

}  // namespace

const std::vector<ScoreField>& score_fields() {
    static const std::vector<ScoreField> fields = {
        {"av_length_error_frames", 1, Better::Low, "video and sound differ, frames", kNoValue},
        of_motion("lip_sync_offset", Better::Near, "sync_offset"),
        of_motion("lip_sync_corr", Better::High, "sync_corr"),
        {"expert_offset", 1, Better::Near, "sync expert: offset, frames", kNoValue},
        {"expert_confidence", 1, Better::High, "sync expert: confidence", kNoValue},
        {"expert_similarity", 1, Better::High, "sync expert: similarity", kNoValue},
        of_motion("closures", Better::High),
        of_motion("mouth_mean", Better::Near),
        of_motion("mouth_std", Better::Near),
        of_motion("mouth_p95", Better::Near),
        of_motion("silent_lip", Better::Low),
        of_motion("lip_dynamics", Better::Near),
        of_motion("head_motion", Better::Near),
        of_motion("pose_delta", Better::Near),
        of_motion("jerk_lips", Better::Low),
        of_motion("jerk_head", Better::Low),
        of_motion("blink_rate", Better::Near, "blinks"),
        of_motion("blink_completeness", Better::Low, "blink_least"),
        of_motion("brow_std", Better::Near),
        of_motion("gaze_std", Better::Near),
        {"identity_drift", 1, Better::Low, "identity, distance of codes", kNoValue},
        {"sharpness_face", 1, Better::Near, "sharpness of the face", kNoValue},
        {"sharpness_mouth", 1, Better::Near, "sharpness of the mouth", 1.0},
        {"sharpness_eyes", 1, Better::Near, "sharpness of the eyes", kNoValue},
        {"background_flicker", 1, Better::Low, "background, change a frame", kNoValue},
        {"seam", 1, Better::Near, "outline's contrast", kNoValue},
        {"self_psnr", 1, Better::High, "first frame, dB", kNoValue},
        {"self_ssim", 1, Better::High, "first frame, SSIM", kNoValue},
        {"motion_pose_error_deg", 1, Better::Low, "head against motion file, deg", kNoValue},
        {"motion_mouth_corr", 1, Better::High, "mouth against motion file, corr.", kNoValue},
        {"gaze_error_deg", 1, Better::Low, "gaze against that asked, deg", kNoValue},
        {"distance_error", 1, Better::Low, "distance against that asked", kNoValue},
    };
    return fields;
}

}  // namespace vasa::eval
