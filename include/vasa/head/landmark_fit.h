// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/head/head_model.h"
#include "vasa/head/landmarks.h"
#include "vasa/head/pose.h"

#include <optional>
#include <vector>

namespace vasa::head {

struct LandmarkFitOptions {
    int num_identity = 60;           ///< fitted components
    int max_iterations = 13;         ///< per stage
    double identity_prior = 0.5;     ///< residual per unit of an identity coefficient
    double action_prior = 5.0;       ///< residual per unit of an action
    double weak_action_prior = 7.5;  ///< for actions that landmarks show poorly (cheekPuff)
    double jaw_prior = 5.0;          ///< for jawOpen
    double lip_prior = 5.0;          ///< for mouthLowerDown* and mouthUpperUp*
    double sigma = 0.012;            ///< residual unit / outer eye corner distance
    double huber = 3.0;              ///< residual where the loss becomes linear

    void check() const;  ///< @throws Error(Usage)
};

/// Pose, identity and actions that explain a face's landmarks.
struct LandmarkFit {
    Pose pose;
    std::vector<float> identity;  ///< [num_identity]
    Actions actions;              ///< gaze included
    /// Mean error of the 432 landmarks not on the face oval / outer eye corner distance.
    double inner_error = 0;
    int iterations = 0;
};

/// Prior knowledge for a fit: the previous frame and the person.
struct LandmarkFitStart {
    Pose pose;
    std::vector<float> identity;
    Actions actions;
    bool hold_identity = false;
    /// Pull towards the start, residual per cm across the viewing axis. A radian counts as 10 cm, a
    /// centimetre of distance as 0.3 cm.
    double pose_prior = 0;
    double action_prior = 0;  ///< pull towards the start, residual per unit
};

/// Robust fit of the head to the 478 landmarks of one face (Ceres, analytic derivatives).
///
/// Residuals are weighted by landmark; priors keep identity near the mean and actions near rest;
/// opposed actions are penalised together. Then the gaze is solved from both irises and averaged.
///
/// @param landmarks  pixels of the camera's image
/// @throws Error(Input) if the landmarks are degenerate (not finite, or eye corners less than 4 px
///         apart) or the solver fails: a failed solve is never returned as a fit.
LandmarkFit fit_landmarks(const HeadModel& model,
                          const Camera& camera,
                          const Landmarks& landmarks,
                          const LandmarkFitOptions& options,
                          const std::optional<LandmarkFitStart>& start = std::nullopt);

/// Projections of landmarks 0..467 of the fitted head, pixels.
MeshLandmarks project_landmarks(const HeadModel& model,
                                const Camera& camera,
                                const LandmarkFit& fit);

}  // namespace vasa::head
