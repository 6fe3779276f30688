// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "face_sample.h"

#include "vasa/core/image.h"
#include "vasa/detect/clip_features.h"

#include <deque>
#include <optional>
#include <vector>

namespace vasa::detect {

/// Gathers the frames of one part of a clip and computes its features.
class PartFeatures {
  public:
    explicit PartFeatures(const ClipFeatureParams& params) : params_(params) {}

    /// @param luma  see sample_face(); the same scale in all frames of a part
    /// @param face  nothing where there is no face: the frame counts as missing
    void add(core::ImageF luma, const std::optional<vision::FaceLandmarks>& face);

    std::size_t num_frames() const { return num_frames_; }
    std::size_t num_faces() const { return samples_.size(); }
    FeatureValues values() const;

  private:
    /// What is beside the head, compared with some frames before.
    void compare_background(const core::ImageF& luma, const vision::FaceLandmarks& face);
    void compare_patches();

    struct Past {
        core::ImageF luma;
        vision::FaceLandmarks face;
    };

    ClipFeatureParams params_;
    std::size_t num_frames_ = 0;
    std::vector<FaceSample> samples_;  ///< of the frames with a face
    std::deque<Past> past_;
    std::vector<double> background_change_, background_light_;
    std::vector<double> likeness_far_, likeness_near_;
    /// Of a face's light within a second: change of the whole, and what is beyond it, per patch.
    std::vector<double> light_, local_light_;
};

}  // namespace vasa::detect
