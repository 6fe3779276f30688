// SPDX-License-Identifier: Apache-2.0
#include "vasa/detect/clip_features.h"

#include "part_features.h"

#include "vasa/media/video_file.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <optional>

namespace vasa::detect {
namespace {

/// Reads a clip at about the examined rate and divides it into parts.
class ClipMeasurer {
  public:
    ClipMeasurer(const std::string& path, FaceFollower& follower, const ClipFeatureParams& params)
        : params_(params), follower_(follower), reader_(path) {
        follower_.restart();
        const double fps = reader_.info().fps.value();
        step_ = std::max<std::int64_t>(1, std::llround(fps / params_.rate_hz));
        rate_hz_ = fps / static_cast<double>(step_);
    }

    ClipParts measure(const core::StopToken& stop) {
        const auto end = static_cast<std::int64_t>(params_.max_examined_s * rate_hz_);
        core::ImageU8 rgb;
        std::int64_t count = 0;
        for (; count < end && next(rgb); ++count) {
            stop.throw_if_stopped();
            add(rgb);
        }
        finish_part();
        parts_.examined_s = static_cast<double>(count) / rate_hz_;
        if (parts_.parts.empty()) {
            parts_.obstacle = obstacle();
        }
        return std::move(parts_);
    }

  private:
    bool next(core::ImageU8& rgb) {
        for (std::int64_t i = 1; i < step_ && !is_first_; ++i) {
            if (!reader_.skip()) {
                return false;
            }
        }
        is_first_ = false;
        return reader_.read(rgb);
    }

    void add(const core::ImageU8& rgb) {
        const auto face = follower_.locate(rgb);
        if (face) {
            num_faces_ += 1;
            largest_px_ = std::max(largest_px_, static_cast<double>(face->eye_distance()));
        }
        if (!part_) {
            if (!face || static_cast<double>(face->eye_distance()) < params_.min_eyes_px) {
                return;  // a part begins where there is something to measure
            }
            ClipFeatureParams params = params_;
            params.rate_hz = rate_hz_;
            part_.emplace(params);
            scale_ = static_cast<double>(kEyes_px / face->eye_distance());
        }
        std::optional<vision::FaceLandmarks> small;
        if (face) {
            small = scaled(*face, scale_);
        }
        part_->add(scaled_luma(rgb, scale_), small);
        if (static_cast<double>(part_->num_frames()) >= params_.part_s * rate_hz_) {
            finish_part();
        }
    }

    void finish_part() {
        if (part_) {
            const auto frames = static_cast<double>(part_->num_frames());
            const auto faces = static_cast<double>(part_->num_faces());
            if (faces >= params_.min_face_share * frames &&
                faces >= params_.min_part_s * rate_hz_) {
                parts_.parts.push_back(part_->values());
            }
        }
        part_.reset();
    }

    std::string obstacle() const {
        char text[128];
        if (num_faces_ == 0) {
            return "no face was found";
        }
        if (largest_px_ < params_.min_eyes_px) {
            std::snprintf(text,
                          sizeof text,
                          "the face is too small: eyes %.0f pixels apart, expected at least %.0f",
                          largest_px_,
                          params_.min_eyes_px);
        } else {
            std::snprintf(text,
                          sizeof text,
                          "no part of %.0f s shows a face nearly all the time",
                          params_.min_part_s);
        }
        return text;
    }

    ClipFeatureParams params_;
    FaceFollower& follower_;
    media::VideoReader reader_;
    std::int64_t step_ = 1;
    double rate_hz_ = 0;
    bool is_first_ = true;
    std::optional<PartFeatures> part_;
    double scale_ = 1;
    int num_faces_ = 0;
    double largest_px_ = 0;
    ClipParts parts_;
};

}  // namespace

const std::array<const char*, kNumFeatures> kFeatureNames = {"skin_shading",
                                                             "skin_flicker",
                                                             "shading_by_turn",
                                                             "shading_by_mouth",
                                                             "exposure",
                                                             "head_turn",
                                                             "head_travel",
                                                             "head_jitter",
                                                             "frozen_texture",
                                                             "texture_decay",
                                                             "local_light",
                                                             "common_light",
                                                             "motion_blur",
                                                             "background_motion",
                                                             "background_light",
                                                             "mouth_range",
                                                             "mouth_speed"};

ClipParts measure_clip(const std::string& path,
                       FaceFollower& follower,
                       const core::StopToken& stop,
                       const ClipFeatureParams& params) {
    return ClipMeasurer(path, follower, params).measure(stop);
}

}  // namespace vasa::detect
