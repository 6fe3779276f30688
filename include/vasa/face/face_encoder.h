// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/core/rational.h"
#include "vasa/head/face_code.h"
#include "vasa/head/head_model.h"
#include "vasa/head/landmark_fit.h"
#include "vasa/vision/face_landmarker.h"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace vasa::face {

struct FaceEncoderOptions {
    int face_index = 0;  ///< which face, largest first
    head::LandmarkFitOptions fit;
    float min_eye_distance_px = 24.0F;  ///< smaller faces are an input error
    float max_yaw_deg = 50.0F;          ///< faces turned further are an input error
    float max_pitch_deg = 40.0F;
    float doubtful_fit_error = 0.03F;  ///< a larger residual is a warning

    void check() const;  ///< @throws Error(Usage)
};

/// Seconds spent in each stage of an encode.
struct EncodeTimes {
    double detect_s = 0, landmarks_s = 0, fit_s = 0, matte_s = 0, plate_s = 0;
};

/// Portrait to FaceCode: detector, landmarks, crop, head fit, matte, background plate.
class FaceEncoder {
  public:
    /// @param model_dir  folder with head_model.safetensors and vision/
    /// @throws Error(Model) if a model is missing or damaged.
    explicit FaceEncoder(const std::string& model_dir);
    ~FaceEncoder();

    /// @param rgb   upright 8-bit RGB (media::load_image)
    /// @param name  the portrait's name, for messages
    /// @throws Error(Input) if there is no face, the face is too small or turned too far, or
    ///         face_index is beyond the faces found.
    head::FaceCode encode(const core::ImageU8& rgb,
                          const std::string& name,
                          const FaceEncoderOptions& options = {},
                          EncodeTimes* times = nullptr);

    const head::HeadModel& head_model() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// One tracked video frame.
struct TrackedFrame {
    bool found = false;
    head::Pose pose;
    head::Actions actions;
    float fit_error = 0;
    float face_flag = 0;
    head::Landmarks landmarks{};  ///< pixels of the frame
};

struct FaceTrackerOptions {
    head::LandmarkFitOptions fit;
    /// Frames used to settle the identity before tracking starts.
    int num_identity_frames = 12;
    /// Strength of the pull towards the previous frame, 0 = none.
    double smoothness = 1.0;

    void check() const;  ///< @throws Error(Usage)
};

/// Follows one face through a video: identity from a few frames, then pose and actions per frame,
/// each starting from the previous frame; a lost face is searched for again.
class FaceTracker {
  public:
    FaceTracker(const std::string& model_dir, const FaceTrackerOptions& options);
    ~FaceTracker();

    /// Settles crop and identity from frames spread over the video; call before track().
    /// @throws Error(Input) if none of the frames shows a face.
    void settle(const std::vector<core::ImageU8>& frames, const std::string& name);
    /// Calls locate() and fit() for the next frame.
    TrackedFrame track(const core::ImageU8& rgb);

    /// Location of the face in the next frame, pixels; nothing if there is none. Frames must come
    /// in order; another thread may fit() earlier ones at the same time.
    std::optional<vision::FaceLandmarks> locate(const core::ImageU8& rgb);
    /// Pose and actions of the next frame; not found where the landmarks cannot be fitted.
    /// @param landmarks  from locate()
    TrackedFrame fit(const std::optional<vision::FaceLandmarks>& landmarks);

    /// Head model coefficients of the settled face.
    const std::vector<float>& identity() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Removes the jitter of single frames from a track, symmetrically in time (no lag): a small
/// quadratic window on the pose, a smaller one on the actions and none on blinks (at 25 Hz; of
/// equal duration at other rates), so that blinks and lip closures are kept. Frames without a face
/// are filled from their neighbours.
/// @throws Error(Usage) if fps is not within 1..1000.
void smooth_motion(std::vector<TrackedFrame>& frames, double fps = 25.0);

}  // namespace vasa::face
