// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/head/head_model.h"
#include "vasa/motion/motion_clip.h"

#include <array>
#include <cstddef>
#include <vector>

#include <Eigen/Core>

namespace vasa::eval {

/// Movements of a face over time; lengths are relative to the outer eye corner distance.
struct FaceCurves {
    std::vector<double> opening;               ///< inner-lip gap minus that of the head at rest
    std::vector<double> width;                 ///< distance of the mouth corners
    std::vector<double> rounding;              ///< mouthPucker + mouthFunnel
    std::vector<double> eye_opening;           ///< lid gap / eye width, mean of both eyes
    std::array<std::vector<double>, 2> brow;   ///< height above the eye corners
    std::array<std::vector<double>, 2> pupil;  ///< x and y, mean of both eyes, on the head
    /// In-head distances of all pairs of lip landmarks, [pairs][T].
    std::vector<std::vector<double>> lip_pairs;
    /// Posed x and y, [landmarks][T].
    std::vector<std::vector<Eigen::Vector2d>> lips, head;

    std::size_t num_frames() const { return opening.size(); }
};

/// The landmarks that metrics use, as a function of actions, on the mean head.
///
/// HeadModel::animate() is linear in the actions except for the blink's correction, which is
/// quadratic: 54 offsets per landmark replace animating the whole mesh.
class LandmarkBasis {
  public:
    explicit LandmarkBasis(const head::HeadModel& model);

    FaceCurves curves(const motion::MotionClip& clip) const;

  private:
    using Rows = Eigen::Matrix<float, Eigen::Dynamic, 3, Eigen::RowMajor>;

    Rows place(const head::Actions& actions) const;  // [landmarks, 3] cm

    Rows rest_;
    std::array<Rows, head::kNumActions> offsets_;
    std::array<Rows, 2> blink_squared_;  // right eye first
    std::array<head::Eyeball, 2> eyes_;
    double unit_cm_ = 1.0;
};

}  // namespace vasa::eval
