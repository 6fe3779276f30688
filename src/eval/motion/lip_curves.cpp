// SPDX-License-Identifier: Apache-2.0
#include "motion/lip_curves.h"

#include "motion/landmark_points.h"

#include "vasa/head/action_groups.h"

#include <algorithm>
#include <cmath>

namespace vasa::eval {
namespace {

using head::Action;

/// Row of a landmark among those used.
constexpr int row(int landmark) {
    for (int i = 0; i < kNumPoints; ++i) {
        if (kPoints[i] == landmark) {
            return i;
        }
    }
    return -1;
}

constexpr int kUpperLip = row(head::kInnerLipTop), kLowerLip = row(head::kInnerLipBottom);
constexpr int kRightCorner = row(head::kMouthRight), kLeftCorner = row(head::kMouthLeft);

double lip_gap(const Eigen::Matrix<float, Eigen::Dynamic, 3, Eigen::RowMajor>& p) {
    return p(kUpperLip, 1) - p(kLowerLip, 1);
}

double brow_height(const Eigen::Matrix<float, Eigen::Dynamic, 3, Eigen::RowMajor>& p, int side) {
    const int first = row(head::kBrowTop[side].front());
    const auto [left, right] = head::kEyeCorners[side];
    const double corners = p(row(left), 1) + p(row(right), 1);
    return p.block<5, 1>(first, 1).mean() - 0.5 * corners;
}

double lid_gap(const Eigen::Matrix<float, Eigen::Dynamic, 3, Eigen::RowMajor>& p, int side) {
    const auto upper = p.row(row(head::kUpperLidMiddle[side])),
               lower = p.row(row(head::kLowerLidMiddle[side]));
    const auto [left, right] = head::kEyeCorners[side];
    const double width = (p.row(row(left)) - p.row(row(right))).norm();
    return std::max(0.0, static_cast<double>(upper.y() - lower.y())) / width;
}

}  // namespace

LandmarkBasis::LandmarkBasis(const head::HeadModel& model) {
    const head::Person person = model.person({});
    eyes_ = person.eyes;
    head::Points points;
    const auto collect = [&](const head::Actions& actions) {
        model.animate(person, actions, points);
        Rows rows(kNumPoints, 3);
        for (int i = 0; i < kNumPoints; ++i) {
            rows.row(i) = model.landmark(points, kPoints[i]);
        }
        return rows;
    };
    rest_ = collect({});
    unit_cm_ = (rest_.row(row(core::kRightEyeOuter)) - rest_.row(row(core::kLeftEyeOuter))).norm();
    for (int a = 0; a < head::kNumActions; ++a) {
        head::Actions full, half;
        full.values[a] = 1.0F;
        half.values[a] = 0.5F;
        const Rows at_full = collect(full) - rest_;
        offsets_[a] = at_full;
        if (head::is_blink_action(static_cast<Action>(a))) {
            // full = linear + square, half = linear / 2 + square / 4.
            const Rows square = 2.0F * at_full - 4.0F * (collect(half) - rest_);
            offsets_[a] = at_full - square;
            blink_squared_[a == static_cast<int>(Action::EyeBlinkRight) ? 0 : 1] = square;
        }
    }
}

LandmarkBasis::Rows LandmarkBasis::place(const head::Actions& actions) const {
    Rows points = rest_;
    for (int a = 0; a < head::kNumActions; ++a) {
        if (actions.values[a] != 0.0F) {
            points += actions.values[a] * offsets_[a];
        }
    }
    const float right = actions[Action::EyeBlinkRight], left = actions[Action::EyeBlinkLeft];
    points += right * right * blink_squared_[0] + left * left * blink_squared_[1];
    return points;
}

FaceCurves LandmarkBasis::curves(const motion::MotionClip& clip) const {
    FaceCurves c;
    c.lip_pairs.resize(kNumLips * (kNumLips - 1) / 2);
    c.lips.resize(kNumLips);
    c.head.resize(kHeadPoints.size());
    for (const motion::MotionFrame& frame : clip.frames) {
        const Rows p = place(frame.actions);
        c.opening.push_back(std::max(0.0, lip_gap(p) - lip_gap(rest_)) / unit_cm_);
        c.width.push_back((p.row(kRightCorner) - p.row(kLeftCorner)).norm() / unit_cm_);
        c.rounding.push_back(frame.actions[Action::MouthPucker] +
                             frame.actions[Action::MouthFunnel]);
        c.eye_opening.push_back(0.5 * (lid_gap(p, 0) + lid_gap(p, 1)));
        Eigen::Vector3d pupil = Eigen::Vector3d::Zero();
        for (int side = 0; side < 2; ++side) {
            c.brow[side].push_back(brow_height(p, side) / unit_cm_);
            const head::Gaze gaze =
                side == 0 ? head::right_gaze(frame.actions) : head::left_gaze(frame.actions);
            const Eigen::Vector3f axis = head::gaze_rotation(gaze) * eyes_[side].rest_axis;
            pupil += (0.5 * eyes_[side].pupil_distance_cm / unit_cm_) * axis.cast<double>();
        }
        c.pupil[0].push_back(pupil.x());
        c.pupil[1].push_back(pupil.y());
        std::size_t pair = 0;
        for (int i = 0; i < kNumLips; ++i) {
            for (int k = i + 1; k < kNumLips; ++k) {
                c.lip_pairs[pair++].push_back((p.row(i) - p.row(k)).norm() / unit_cm_);
            }
        }
        const Eigen::Matrix3d r = head::rotation_from_pose(frame.pose);
        const auto posed = [&](int i) -> Eigen::Vector2d {
            const Eigen::Vector3d q = r * p.row(i).transpose().cast<double>();
            return Eigen::Vector2d(q.x() + frame.pose.x_cm, q.y() + frame.pose.y_cm) / unit_cm_;
        };
        for (int i = 0; i < kNumLips; ++i) {
            c.lips[i].push_back(posed(i));
        }
        for (std::size_t i = 0; i < kHeadPoints.size(); ++i) {
            c.head[i].push_back(posed(row(kHeadPoints[i])));
        }
    }
    return c;
}

}  // namespace vasa::eval
