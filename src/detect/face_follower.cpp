// SPDX-License-Identifier: Apache-2.0
#include "vasa/detect/face_follower.h"

#include "vasa/models/model_files.h"

namespace vasa::detect {
namespace {

/// Below this logit the landmark network no longer sees a face.
constexpr float kLostFlag = 0.0F;

}  // namespace

FaceFollower::FaceFollower(const std::string& model_dir)
    : detector_(models::vision_dir(model_dir)), landmarker_(models::vision_dir(model_dir)) {}

std::optional<vision::FaceLandmarks> FaceFollower::locate(const core::ImageU8& rgb) {
    if (previous_) {
        previous_ = landmarker_.detect(rgb, vision::roi_from_landmarks(*previous_));
        if (previous_->face_flag > kLostFlag) {
            return previous_;
        }
    }
    // Turned and tiny faces are not searched for: they could not be measured.
    vision::FaceDetectorOptions options;
    options.try_rotations = options.try_small = false;
    const auto faces = detector_.detect(rgb, options);
    previous_.reset();
    if (!faces.empty()) {
        const auto rough = landmarker_.detect(rgb, vision::roi_from_detection(faces.front()));
        const auto fine = landmarker_.detect(rgb, vision::roi_from_landmarks(rough));
        if (fine.face_flag > kLostFlag) {
            previous_ = fine;
        }
    }
    return previous_;
}

void FaceFollower::restart() {
    previous_.reset();
}

}  // namespace vasa::detect
