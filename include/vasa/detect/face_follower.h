// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/vision/face_detector.h"
#include "vasa/vision/face_landmarker.h"

#include <optional>
#include <string>

namespace vasa::detect {

/// Finds the largest face of a video frame by frame, each time where it was in the frame before.
/// Without a head model, unlike face::FaceTracker: clips need not fit one.
class FaceFollower {
  public:
    /// @param model_dir  the model folder; its vision networks are loaded
    /// @throws Error(Model) naming the file if one is missing or damaged
    explicit FaceFollower(const std::string& model_dir);

    /// The face of the next frame, pixels; nothing if there is none.
    std::optional<vision::FaceLandmarks> locate(const core::ImageU8& rgb);
    /// Forgets where the face was: another clip begins.
    void restart();

  private:
    vision::FaceDetector detector_;
    vision::FaceLandmarker landmarker_;
    std::optional<vision::FaceLandmarks> previous_;
};

}  // namespace vasa::detect
