// SPDX-License-Identifier: Apache-2.0
#include "motion/landmark_curves.h"

#include "motion/landmark_points.h"

#include <algorithm>
#include <cmath>

namespace vasa::eval {
namespace {

using core::Vec2f;
using head::Action;
using head::Landmarks;

double distance(Vec2f a, Vec2f b) {
    return std::hypot(static_cast<double>(a.x - b.x), static_cast<double>(a.y - b.y));
}

/// @param eye  0 = right, as in all functions here
double lid_gap(const Landmarks& p, int eye) {
    const auto [left, right] = head::kEyeCorners[eye];
    const double width = distance(p[left], p[right]);
    const double gap = distance(p[head::kUpperLidMiddle[eye]], p[head::kLowerLidMiddle[eye]]);
    return gap / std::max(width, 1e-6);
}

/// Position of a point from the middle of an eye's corners: along the line of the eyes and up, in
/// units of `unit`.
Eigen::Vector2d from_eye(const Landmarks& p, Vec2f point, int eye, double unit) {
    const Vec2f a = p[head::kEyeCorners[eye][0]], b = p[head::kEyeCorners[eye][1]];
    const Vec2f first = p[core::kRightEyeOuter], last = p[core::kLeftEyeOuter];
    const Vec2f along = {last.x - first.x, last.y - first.y};
    const double dx = point.x - 0.5 * (a.x + b.x), dy = point.y - 0.5 * (a.y + b.y);
    const double scale = unit * unit;
    return {(dx * along.x + dy * along.y) / scale, (dx * along.y - dy * along.x) / scale};
}

/// Height of a brow above its eye's corners.
double brow_height(const Landmarks& p, int eye, double unit) {
    double sum = 0;
    for (const int i : head::kBrowTop[eye]) {
        sum += from_eye(p, p[i], eye, unit).y();
    }
    return sum / static_cast<double>(head::kBrowTop[eye].size());
}

/// Position of an iris between its eye's corners.
Eigen::Vector2d pupil(const Landmarks& p, int eye, double unit) {
    return from_eye(p, p[head::kIrises[eye]], eye, unit);
}

}  // namespace

FaceCurves curves_of_landmarks(const std::vector<Landmarks>& frames,
                               const std::vector<motion::MotionFrame>& motion) {
    FaceCurves c;
    c.lip_pairs.resize(kNumLips * (kNumLips - 1) / 2);
    c.lips.resize(kNumLips);
    c.head.resize(kHeadPoints.size());
    double mean_unit = 0;
    for (const Landmarks& p : frames) {
        mean_unit += core::eye_distance<double>(p) / static_cast<double>(frames.size());
    }
    mean_unit = std::max(mean_unit, 1e-6);
    for (std::size_t f = 0; f < frames.size(); ++f) {
        const Landmarks& p = frames[f];
        const double unit = std::max(core::eye_distance<double>(p), 1e-6);
        c.opening.push_back(distance(p[head::kInnerLipTop], p[head::kInnerLipBottom]) / unit);
        c.width.push_back(distance(p[head::kMouthRight], p[head::kMouthLeft]) / unit);
        c.rounding.push_back(motion[f].actions[Action::MouthPucker] +
                             motion[f].actions[Action::MouthFunnel]);
        c.eye_opening.push_back(0.5 * (lid_gap(p, 0) + lid_gap(p, 1)));
        c.brow[0].push_back(brow_height(p, 0, unit));
        c.brow[1].push_back(brow_height(p, 1, unit));
        const Eigen::Vector2d look = 0.5 * (pupil(p, 0, unit) + pupil(p, 1, unit));
        c.pupil[0].push_back(look.x());
        c.pupil[1].push_back(look.y());
        std::size_t pair = 0;
        for (int i = 0; i < kNumLips; ++i) {
            for (int k = i + 1; k < kNumLips; ++k) {
                c.lip_pairs[pair++].push_back(distance(p[kLips[i]], p[kLips[k]]) / unit);
            }
        }
        const auto posed = [&](int i) -> Eigen::Vector2d {
            return Eigen::Vector2d(p[i].x, p[i].y) / mean_unit;
        };
        for (int i = 0; i < kNumLips; ++i) {
            c.lips[i].push_back(posed(kLips[i]));
        }
        for (std::size_t i = 0; i < kHeadPoints.size(); ++i) {
            c.head[i].push_back(posed(kHeadPoints[i]));
        }
    }
    return c;
}

std::vector<Landmarks> resample_landmarks(const std::vector<Landmarks>& frames,
                                          double fps,
                                          double new_fps,
                                          int num_frames) {
    std::vector<Landmarks> out(static_cast<std::size_t>(num_frames));
    const auto last = static_cast<double>(frames.size() - 1);
    for (int i = 0; i < num_frames; ++i) {
        const double at = std::min(i * fps / new_fps, last);
        const auto low = static_cast<std::size_t>(at);
        const std::size_t high = std::min(low + 1, frames.size() - 1);
        const auto t = static_cast<float>(at - static_cast<double>(low));
        for (std::size_t k = 0; k < out[i].size(); ++k) {
            const Vec2f a = frames[low][k], b = frames[high][k];
            out[i][k] = {a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)};
        }
    }
    return out;
}

}  // namespace vasa::eval
