// SPDX-License-Identifier: Apache-2.0
// Fit of the head to the 68 landmarks of the iBUG scheme, which dlib and many recordings use.
// Source of the scheme: Sagonas et al., 300 Faces In-The-Wild Challenge (2016).
#pragma once

#include "vasa/core/geometry.h"
#include "vasa/head/head_model.h"
#include "vasa/head/pose.h"

#include <array>
#include <memory>
#include <optional>
#include <vector>

namespace vasa::head {

constexpr int kNumLandmarks68 = 68;

/// The 68 landmarks of one face, pixels: outline 0..16, brows 17..26, nose 27..35, eyes 36..47,
/// lips 48..67; right side of the person (image left) first.
using Landmarks68 = std::array<core::Vec2f, kNumLandmarks68>;

/// The MediaPipe landmark at the same place of the face, for each of the 68.
extern const std::array<int, kNumLandmarks68> kMeshOfLandmarks68;

/// Distance of the outer eye corners, pixels.
float eye_distance_px(const Landmarks68& landmarks);
/// Mean distance of both eyes' lids / eye_distance_px().
float lid_opening(const Landmarks68& landmarks);
/// Distance between the middles of the inner lips / eye_distance_px().
float mouth_gap(const Landmarks68& landmarks);

struct Landmark68FitOptions {
    /// Residual unit / outer eye corner distance: scatter of detected points about a smooth path.
    double sigma = 0.006;
    double huber = 3.0;  ///< residual where the loss becomes linear

    /// Weights beside 1 of brows, eyes, nose and lips. The outline slides over the skin as the head
    /// turns, so its sides count little; the chin shows the jaw.
    double outline_weight = 0.05;
    double chin_weight = 0.4;

    // The person, from neutral frames.
    int num_identity = 40;        ///< fitted components
    double identity_prior = 1.0;  ///< residual per unit of an identity coefficient
    /// Standard deviation of a landmark's offset from its MediaPipe landmark, per axis: the two
    /// schemes differ by a few millimetres, and no head of the basis is exactly the person's.
    double offset_sigma_cm = 0.25;
    /// The same for a shot's offsets from its person's: other light and size of the face.
    double shot_offset_sigma_cm = 0.1;

    // Frames.
    double action_prior = 2.0;       ///< residual per unit of an action
    double weak_action_prior = 6.0;  ///< of actions that 68 points show poorly
    /// Pull towards the previous frame: a head turns by up to about 0.03 rad a frame.
    double pose_step_prior = 0.5;    ///< residual per 0.1 rad and per cm
    double action_step_prior = 1.0;  ///< residual per unit of an action

    int max_iterations = 12;  ///< of a frame

    void check() const;  ///< @throws Error(Usage)
};

/// What the 68 points of a person are on the head model.
struct Landmark68Person {
    std::vector<float> identity;                             ///< [num_identity]
    std::array<Eigen::Vector3d, kNumLandmarks68> offset_cm;  ///< head space, added to the model's
    double mean_error = 0;  ///< of the neutral frames, without the outline / eye distance
    /// Lid opening that detected points keep in closed eyes, see lid_opening(). The 2nd percentile
    /// of recordings at 25 Hz, about the minimum of a usual blink, is .04 to .06.
    double closed_lids = 0.05;
};

/// Pose and actions that explain 68 landmarks; gaze, cheeks, nose, tongue and the jaw's sideways
/// motion do not show in these points and stay 0.
struct Landmark68Fit {
    Pose pose;
    Actions actions;
    double mean_error = 0;  ///< of the points not on the outline / outer eye corner distance
};

/// Fits the head model to frames of 68 landmarks, first the person, then frame by frame.
///
/// Actions are relative to the person's neutral frames: there they are 0 up to noise. The same cost
/// functions as in fit_landmarks(), with analytic derivatives.
class Landmark68Fitter {
  public:
    /// @param model  must outlive the fitter
    /// @throws Error(Usage) for options out of range.
    Landmark68Fitter(const HeadModel& model,
                     const Camera& camera,
                     const Landmark68FitOptions& options = {});
    ~Landmark68Fitter();
    Landmark68Fitter(Landmark68Fitter&&) noexcept;

    /// Identity and landmark offsets that explain neutral frames in several poses, jointly.
    /// @param neutral  at least one frame with mouth closed, eyes open and brows at rest
    /// @throws Error(Input) for no frames, degenerate landmarks, or a solve that fails.
    Landmark68Person fit_person(const std::vector<Landmarks68>& neutral) const;
    /// The same person as neutral frames of another shot show it: the identity is kept, the offsets
    /// may change a little.
    Landmark68Person fit_shot(const Landmark68Person& person,
                              const std::vector<Landmarks68>& neutral) const;

    /// The person whose frames fit() explains. Before the first call it is the mean head.
    /// @throws Error(Input) if the neutral eyes are closed further than `closed_lids`.
    void set_person(const Landmark68Person& person);

    /// @param previous  fit of the frame 1/25 s earlier, if there is one
    /// @throws Error(Input) if landmarks are not finite, the eye corners are less than 4 px apart,
    ///         or the solver fails.
    Landmark68Fit fit(const Landmarks68& landmarks,
                      const std::optional<Landmark68Fit>& previous = std::nullopt) const;

    /// Where a fit puts the 68 landmarks, pixels.
    Landmarks68 project(const Landmark68Fit& fit) const;

    struct State;  ///< defined in the module

  private:
    std::unique_ptr<State> state_;
};

}  // namespace vasa::head
