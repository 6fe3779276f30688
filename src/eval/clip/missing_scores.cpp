// SPDX-License-Identifier: Apache-2.0
#include "clip/missing_scores.h"

#include <algorithm>

namespace vasa::eval {
namespace {

/// What a score is measured with beside the frames.
enum class Need { Sound, Expert, Phones, Image, Motion, Gaze, Distance };

struct NeedOfScore {
    const char* name;
    Need need;
};
constexpr NeedOfScore kNeeds[] = {{"av_length_error_frames", Need::Sound},
                                  {"lip_sync_offset", Need::Sound},
                                  {"lip_sync_corr", Need::Sound},
                                  {"silent_lip", Need::Sound},
                                  {"talk_pause_ratio", Need::Sound},
                                  {"expert_offset", Need::Expert},
                                  {"expert_confidence", Need::Expert},
                                  {"expert_similarity", Need::Expert},
                                  {"closures", Need::Phones},
                                  {"self_psnr", Need::Image},
                                  {"self_ssim", Need::Image},
                                  {"motion_pose_error_deg", Need::Motion},
                                  {"motion_mouth_corr", Need::Motion},
                                  {"gaze_error_deg", Need::Gaze},
                                  {"distance_error", Need::Distance}};

std::string cause_by_need(Need need, const ClipInput& input, const GivenInputs& given) {
    switch (need) {
        case Need::Sound:
        case Need::Expert:
            if (!given.has_sound) {
                return "the clip has no sound, and no --audio was given";
            }
            if (given.is_silent) {
                return "the sound is silent";
            }
            return need == Need::Expert ? given.no_expert : "";
        case Need::Phones:
            return input.phones.empty() ? "no --phones were given" : "";
        case Need::Image:
            if (!given.has_image) {
                return "no --image was given";
            }
            return given.has_image_size ? "" : "the frames are not as large as the portrait's crop";
        case Need::Motion:
            return input.motion.empty() ? "no --motion was given" : "";
        case Need::Gaze:
            return input.gaze ? "" : "no --gaze was given";
        case Need::Distance:
            return input.distance ? "" : "no --distance was given";
    }
    return "";
}

std::string cause_of(const std::string& name, const ClipInput& input, const GivenInputs& given) {
    std::string cause;
    for (const NeedOfScore& score : kNeeds) {
        if (name == score.name) {
            cause = cause_by_need(score.need, input, given);
        }
    }
    return cause.empty() ? "the clip shows nothing to measure it by" : cause;
}

}  // namespace

std::vector<MissingScores> find_missing(const std::vector<Score>& scores,
                                        const ClipInput& input,
                                        const GivenInputs& given) {
    std::vector<MissingScores> missing;
    for (const ScoreField& field : score_fields()) {
        if (std::any_of(scores.begin(), scores.end(), [&](const Score& score) {
                return score.field == &field;
            })) {
            continue;
        }
        const std::string cause = cause_of(field.name, input, given);
        const auto same = std::find_if(
            missing.begin(), missing.end(), [&](const auto& m) { return m.cause == cause; });
        if (same == missing.end()) {
            missing.push_back({cause, {field.name}});
        } else {
            same->names.emplace_back(field.name);
        }
    }
    return missing;
}

}  // namespace vasa::eval
