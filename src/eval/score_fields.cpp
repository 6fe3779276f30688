// SPDX-License-Identifier: Apache-2.0
#include "statistics.h"

#include "vasa/eval/clip_scores.h"

namespace vasa::eval {

const std::vector<ScoreField>& score_fields() {
    static const std::vector<ScoreField> fields = {
        {"av_length_error_frames", 1, Better::Low, "video and sound differ, frames", kNoValue},
        {"lip_sync_offset", 1, Better::Near, "loudness: offset, frames", kNoValue},
        {"lip_sync_corr", 1, Better::High, "loudness: correlation", 0.18},
        {"expert_offset", 1, Better::Near, "sync expert: offset, frames", kNoValue},
        {"expert_confidence", 1, Better::High, "sync expert: confidence", kNoValue},
        {"expert_similarity", 1, Better::High, "sync expert: similarity", kNoValue},
        {"closures", 1, Better::High, "P B M that close, share", kNoValue},
        {"mouth_mean", 1, Better::Near, "mouth opening, mean", 0.096},
        {"mouth_std", 1, Better::Near, "mouth opening, std", 0.067},
        {"mouth_p95", 1, Better::Near, "mouth opening, 95 %", 0.222},
        {"silent_lip", 1, Better::Low, "lips in silences, MAD", 0.025},
        {"lip_dynamics", 1, Better::Near, "lip dynamics, %", 3.7},
        {"head_motion", 1, Better::Near, "head motion", 2.0},
        {"pose_delta", 1, Better::Near, "head turn, deg a frame", 0.99},
        {"jerk_lips", 1, Better::Low, "jerk of lips, 95 %", 6.1},
        {"jerk_head", 1, Better::Low, "jerk of head, 95 %", 3.4},
        {"blink_rate", 1, Better::Near, "blinks a minute", 35},
        {"blink_completeness", 1, Better::Low, "least opening in a blink", 0.21},
        {"brow_std", 1, Better::Near, "brows, std", 0.040},
        {"gaze_std", 1, Better::Near, "pupils, std", 0.029},
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
