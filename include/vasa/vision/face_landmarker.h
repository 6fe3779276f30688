// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/face_mesh.h"
#include "vasa/core/geometry.h"
#include "vasa/core/image.h"
#include "vasa/vision/face_detector.h"

#include <array>
#include <memory>
#include <string>

namespace vasa::vision {

/// MediaPipe Face Mesh landmarks: 468 on the face, then 5 per iris (right eye first).
struct FaceLandmarks {
    /// Image pixels; z in pixels too, smaller = nearer to the camera.
    std::array<core::Vec3f, core::kNumLandmarks> points;
    /// Logit that a face is present; good faces give 15..30, below 5 is doubtful.
    float face_flag = 0;

    /// core::eye_distance() of the points, pixels.
    float eye_distance() const;
};

/// The image square that the landmark network processes.
struct FaceRoi {
    float cx = 0, cy = 0;  ///< centre, pixels
    float side = 0;        ///< pixels
    float angle_rad = 0;   ///< angle of the line from right to left eye, image coordinates
};
FaceRoi roi_from_detection(const FaceDetection& detection);
FaceRoi roi_from_landmarks(const FaceLandmarks& landmarks);

/// MediaPipe's attention mesh: 478 landmarks with refined lips, lids and irises.
/// Source: Grishchenko et al., Attention Mesh (2020).
class FaceLandmarker {
  public:
    /// @throws Error(Model) naming the file if one is missing or damaged.
    explicit FaceLandmarker(const std::string& model_dir);
    ~FaceLandmarker();

    FaceLandmarks detect(const core::ImageU8& rgb, const FaceRoi& roi);

    /// Runs the same network on a ready 192×192 crop; landmarks in crop pixels.
    FaceLandmarks detect_crop(const core::ImageU8& crop192);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace vasa::vision
