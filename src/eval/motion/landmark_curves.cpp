// SPDX-License-Identifier: Apache-2.0
#include "motion/landmark_curves.h"

#include "motion/landmark_points.h"

#include <algorithm>
#include <cmath>

namespace vasa::eval {
namespace {

using core::Vec2f;
using head::Action;

double distance(Vec2f a, Vec2f b) {
    return std::hypot(static_cast<double>(a.x - b.x), static_cast<double>(a.y - b.y));
}

double lid_gap(const FrameLandmarks& p, bool is_right) {
    const double width = distance(p[is_right ? 33 : 362], p[is_right ? 133 : 263]);
    return distance(p[is_right ? 159 : 386], p[is_right ? 145 : 374]) / std::max(width, 1e-6);
}

/// Where a point lies from the middle of an eye's corners: along the line of the eyes and up, parts
/// of `unit`.
Eigen::Vector2d from_eye(const FrameLandmarks& p, Vec2f point, bool is_right, double unit) {
    const Vec2f a = p[is_right ? 33 : 362], b = p[is_right ? 133 : 263];
    const Vec2f along = {p[263].x - p[33].x, p[263].y - p[33].y};
    const double dx = point.x - 0.5 * (a.x + b.x), dy = point.y - 0.5 * (a.y + b.y);
    const double scale = unit * unit;
    return {(dx * along.x + dy * along.y) / scale, (dx * along.y - dy * along.x) / scale};
}

/// Height of a brow over its eye's corners.
double brow_height(const FrameLandmarks& p, bool is_right, double unit) {
    constexpr std::array<int, 5> kRight = {70, 63, 105, 66, 107}, kLeft = {300, 293, 334, 296, 336};
    double sum = 0;
    for (const int i : is_right ? kRight : kLeft) {
        sum += from_eye(p, p[i], is_right, unit).y();
    }
    return sum / static_cast<double>(kRight.size());
}

/// Place of an iris between its eye's corners.
Eigen::Vector2d pupil(const FrameLandmarks& p, bool is_right, double unit) {
    return from_eye(p, p[is_right ? 468 : 473], is_right, unit);
}

}  // namespace

double eye_distance(const FrameLandmarks& landmarks) {
    return distance(landmarks[33], landmarks[263]);
}

FaceCurves curves_of_landmarks(const std::vector<FrameLandmarks>& frames,
                               const std::vector<motion::MotionFrame>& motion) {
    FaceCurves c;
    c.lip_pairs.resize(kNumLips * (kNumLips - 1) / 2);
    c.lips.resize(kNumLips);
    c.head.resize(std::size(kHeadPoints));
    double mean_unit = 0;
    for (const FrameLandmarks& p : frames) {
        mean_unit += eye_distance(p) / static_cast<double>(frames.size());
    }
    mean_unit = std::max(mean_unit, 1e-6);
    for (std::size_t f = 0; f < frames.size(); ++f) {
        const FrameLandmarks& p = frames[f];
        const double unit = std::max(eye_distance(p), 1e-6);
        c.opening.push_back(distance(p[13], p[14]) / unit);
        c.rounding.push_back(motion[f].actions[Action::MouthPucker] +
                             motion[f].actions[Action::MouthFunnel]);
        c.eye_opening.push_back(0.5 * (lid_gap(p, true) + lid_gap(p, false)));
        c.brow[0].push_back(brow_height(p, true, unit));
        c.brow[1].push_back(brow_height(p, false, unit));
        const Eigen::Vector2d look = 0.5 * (pupil(p, true, unit) + pupil(p, false, unit));
        c.pupil[0].push_back(look.x());
        c.pupil[1].push_back(look.y());
        std::size_t pair = 0;
        for (int i = 0; i < kNumLips; ++i) {
            for (int k = i + 1; k < kNumLips; ++k) {
                c.lip_pairs[pair++].push_back(distance(p[kLandmarks[i]], p[kLandmarks[k]]) / unit);
            }
        }
        const auto posed = [&](int i) -> Eigen::Vector2d {
            return Eigen::Vector2d(p[i].x, p[i].y) / mean_unit;
        };
        for (int i = 0; i < kNumLips; ++i) {
            c.lips[i].push_back(posed(kLandmarks[i]));
        }
        for (std::size_t i = 0; i < std::size(kHeadPoints); ++i) {
            c.head[i].push_back(posed(kHeadPoints[i]));
        }
    }
    return c;
}

std::vector<FrameLandmarks> resample_landmarks(const std::vector<FrameLandmarks>& frames,
                                               double fps,
                                               double new_fps,
                                               int num_frames) {
    std::vector<FrameLandmarks> out(static_cast<std::size_t>(num_frames));
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
