// SPDX-License-Identifier: Apache-2.0
#include "scene/iris_fit.h"

#include "scene/sampling.h"

#include "vasa/head/action_groups.h"
#include "vasa/head/landmarks.h"
#include "vasa/head/posed_head.h"

#include <algorithm>
#include <cmath>

namespace vasa::decode {
namespace {

using core::Vec2f;

/// A pixel that the portrait shows, or null.
const EyePatch::Pixel* seen_at(
    const EyePatch& known, const IrisDisc& iris, float radii, float angle, float min_known) {
    const int x = static_cast<int>(iris.center.x + radii * iris.radius * std::cos(angle));
    const int y = static_cast<int>(iris.center.y + radii * iris.radius * std::sin(angle));
    if (x < 0 || y < 0 || x >= known.width || y >= known.height) {
        return nullptr;
    }
    const EyePatch::Pixel& pixel = known.at(x, y);
    return pixel[3] > min_known ? &pixel : nullptr;
}

/// Mean step of the luminance from inside to outside, where lids leave the edge free; less where
/// they leave little of it.
float edge_contrast(const EyePatch& known, const IrisDisc& iris, const IrisFitParams& params) {
    constexpr float kTwoPi = 6.2831853F;
    float sum = 0;
    int count = 0;
    for (int k = 0; k < params.num_angles; ++k) {
        const float angle = kTwoPi * static_cast<float>(k) / static_cast<float>(params.num_angles);
        const auto* inside = seen_at(known, iris, 1 - params.beside_edge, angle, params.min_known);
        // Below and beside it even a lid is lighter than the iris; lashes above are not.
        const float min_outside = std::sin(angle) > params.lashes_above ? -1.0F : params.min_known;
        const auto* outside = seen_at(known, iris, 1 + params.beside_edge, angle, min_outside);
        if (inside != nullptr && outside != nullptr) {
            sum += luminance(outside->data()) - luminance(inside->data());
            ++count;
        }
    }
    return sum / static_cast<float>(count + params.num_doubted);
}

}  // namespace

IrisDisc iris_of_landmarks(const head::FaceCode& code, int eye, const IrisFitParams& params) {
    const int first = head::kIrises[eye];
    IrisDisc iris{head::canvas_from_crop(code.landmarks[first]), 0};
    for (int k = 1; k < head::kNumIrisLandmarks; ++k) {
        const Vec2f rim = head::canvas_from_crop(code.landmarks[first + k]);
        iris.radius += std::hypot(rim.x - iris.center.x, rim.y - iris.center.y) /
                       static_cast<float>(head::kNumIrisLandmarks - 1);
    }
    iris.radius = std::max(iris.radius, params.min_radius_px);
    return iris;
}

IrisDisc iris_of_head(const head::Person& person,
                      const head::FaceCode& code,
                      int eye,
                      const IrisFitParams& params) {
    const head::Eyeball& ball = person.eyes[eye];
    const head::Gaze gaze =
        eye == 0 ? head::right_gaze(code.actions) : head::left_gaze(code.actions);
    const Eigen::Vector3f pupil =
        ball.center_cm + head::gaze_rotation(gaze) * ball.rest_axis * ball.pupil_distance_cm;
    const Eigen::Vector3f camera = head::rotation_from_pose(code.pose).cast<float>() * pupil +
                                   head::position_cm(code.pose).cast<float>();
    const head::Camera lens = head::default_camera(head::kFrameSize_px);
    const Vec2f left = head::canvas_from_crop(code.landmarks[head::kEyeCorners[eye][0]]),
                right = head::canvas_from_crop(code.landmarks[head::kEyeCorners[eye][1]]);
    // A turned eye is foreshortened, its iris less so.
    const float facing = std::max(0.5F, std::cos(code.pose.yaw_rad));
    return {head::canvas_from_camera(lens, camera.transpose()),
            std::max(params.min_radius_px,
                     params.of_width * std::hypot(left.x - right.x, left.y - right.y) / facing)};
}

IrisDisc fit_iris(const EyePatch& known, const IrisDisc& iris, const IrisFitParams& params) {
    IrisDisc best = iris;
    float most = params.min_contrast;
    const int steps = static_cast<int>(std::lround(params.reach / params.step));
    for (int j = -steps; j <= steps; ++j) {
        for (int i = -steps; i <= steps; ++i) {
            for (float scale = params.min_scale; scale <= params.max_scale; scale += params.step) {
                const float dx = params.step * static_cast<float>(i),
                            dy = params.step * static_cast<float>(j);
                const IrisDisc disc{
                    {iris.center.x + dx * iris.radius, iris.center.y + dy * iris.radius},
                    iris.radius * scale};
                const float away =
                    (dx * dx + dy * dy + (scale - 1) * (scale - 1)) / (params.reach * params.reach);
                const float contrast =
                    edge_contrast(known, disc, params) * (1 - params.distance_cost * away);
                if (contrast > most) {
                    most = contrast;
                    best = disc;
                }
            }
        }
    }
    return best;
}

}  // namespace vasa::decode
