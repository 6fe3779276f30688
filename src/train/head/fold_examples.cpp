// SPDX-License-Identifier: Apache-2.0
#include "head/fold_examples.h"

#include "vasa/core/colour.h"
#include "vasa/core/smoothstep.h"
#include "vasa/head/landmarks.h"
#include "vasa/head/posed_head.h"

#include <algorithm>
#include <cmath>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace vasa::train {
namespace {

using core::smoothstep;
using core::Vec2f;
using head::SkinMap;

constexpr int kWidth = SkinMap::kWidth, kHalf = SkinMap::kHalfWidth, kHeight = SkinMap::kHeight;

/// A picture of a face on the map.
struct FaceMap {
    cv::Mat log_luminance = cv::Mat::zeros(kHeight, kWidth, CV_32F);
    cv::Mat seen = cv::Mat::zeros(kHeight, kWidth, CV_32F);  ///< 1 where the picture shows it
};

float luminance_of(const core::ImageU8& canvas, const Vec2f& place) {
    const float x = std::clamp(place.x - 0.5F, 0.0F, static_cast<float>(canvas.width) - 1.001F);
    const float y = std::clamp(place.y - 0.5F, 0.0F, static_cast<float>(canvas.height) - 1.001F);
    const int ix = static_cast<int>(x), iy = static_cast<int>(y);
    const float fx = x - static_cast<float>(ix), fy = y - static_cast<float>(iy);
    const auto at = [&](int dx, int dy) { return core::luminance(canvas.at(ix + dx, iy + dy)); };
    return (at(0, 0) * (1 - fx) + at(1, 0) * fx) * (1 - fy) +
           (at(0, 1) * (1 - fx) + at(1, 1) * fx) * fy;
}

FaceMap face_map(const head::HeadModel& model,
                 const std::vector<head::RasterSample>& map,
                 const head::FaceCode& code) {
    constexpr float kMinFacing = 0.2F;  // cosine; more grazing skin is smeared
    constexpr float kBlur = 1.0F;       // texels: pores differ between pictures
    constexpr float kBlack = 5.0F;      // added to luminance: no logarithm of noise
    head::PosedHead posed;
    model.animate(model.person(code.identity), code.actions, posed.head_space);
    head::pose_head(model, code.pose, code.pose, posed);
    head::Points normals;
    head::vertex_normals(posed.camera, model.triangles(), normals);
    const head::Camera camera = head::default_camera(head::kFrameSize_px);
    FaceMap out;
    for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x) {
            const head::RasterSample& s = map[static_cast<std::size_t>(y) * kWidth + x];
            if (s.triangle < 0) {
                continue;
            }
            const auto& t = model.triangles()[s.triangle];
            const auto mix = [&](const head::Points& points) -> Eigen::RowVector3f {
                return (1 - s.b1 - s.b2) * points.row(t[0]) + s.b1 * points.row(t[1]) +
                       s.b2 * points.row(t[2]);
            };
            const Eigen::RowVector3f p = mix(posed.camera), n = mix(normals);
            out.seen.at<float>(y, x) = -n.dot(p) > kMinFacing * n.norm() * p.norm() ? 1.0F : 0.0F;
            out.log_luminance.at<float>(y, x) =
                luminance_of(code.appearance.canvas, head::canvas_from_camera(camera, p));
        }
    }
    cv::GaussianBlur(out.log_luminance, out.log_luminance, {}, kBlur);
    out.log_luminance += kBlack;
    cv::log(out.log_luminance, out.log_luminance);
    return out;
}

/// Median over the middle of the face: a difference of exposure is no fold.
float middle_of(const cv::Mat& change, const cv::Mat& seen) {
    std::vector<float> values;
    for (int y = 130; y < 310; ++y) {
        for (int x = kHalf - 100; x < kHalf + 100; ++x) {
            if (seen.at<float>(y, x) > 0) {
                values.push_back(change.at<float>(y, x));
            }
        }
    }
    if (values.empty()) {
        return 0.0F;
    }
    const auto middle = values.begin() + static_cast<long>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// The polygon of landmarks on the map, in the order of the list.
template <std::size_t N>
std::vector<cv::Point2f> polygon(const head::HeadModel& model, const std::array<int, N>& list) {
    std::vector<cv::Point2f> points;
    for (const int landmark : list) {
        const Vec2f p = SkinMap::place(model.landmark(model.neutral(), landmark));
        points.emplace_back(p.x, p.y);
    }
    return points;
}

}  // namespace

std::array<FoldExample, 2> fold_examples(const head::HeadModel& model,
                                         const std::vector<head::RasterSample>& map,
                                         const head::FaceCode& neutral,
                                         const head::FaceCode& smiling) {
    const FaceMap before = face_map(model, map, neutral), after = face_map(model, map, smiling);
    const cv::Mat change = after.log_luminance - before.log_luminance;
    const cv::Mat seen = before.seen.mul(after.seen);
    const float middle = middle_of(change, seen);
    const auto from = head::fold_strengths(neutral.actions);
    const auto to = head::fold_strengths(smiling.actions);
    std::array<FoldExample, 2> examples;
    for (std::size_t side = 0; side < examples.size(); ++side) {
        FoldExample& example = examples[side];
        for (int y = 0; y < kHeight; ++y) {
            for (int x = 0; x < kHalf; ++x) {
                const int column = side == 1 ? kHalf + x : kHalf - 1 - x;
                example.change.push_back(change.at<float>(y, column) - middle);
                example.weight.push_back(seen.at<float>(y, column));
            }
        }
        for (std::size_t k = 0; k < head::kNumFolds; ++k) {
            example.strengths[k] = std::max(0.0F, to[side][k] - from[side][k]);
        }
    }
    return examples;
}

std::vector<float> learnable(const head::HeadModel& model) {
    constexpr float kTexel_cm = SkinMap::kTexel_cm;
    const std::vector<cv::Point2f> lips = polygon(model, head::kOuterLips);
    const std::vector<cv::Point2f> lids = polygon(model, head::kLidEdges[1]);
    const float eye_outer = lids.front().x, eye_middle = 0.5F * (lids.front().y + lids[8].y);
    std::vector<float> out;
    for (int row = 0; row < kHeight; ++row) {
        const float y = SkinMap::kTop_cm - (static_cast<float>(row) + 0.5F) * kTexel_cm;
        for (int column = 0; column < kHalf; ++column) {
            const float x = (static_cast<float>(column) + 0.5F) * kTexel_cm;
            const cv::Point2f at(static_cast<float>(kHalf + column) + 0.5F,
                                 static_cast<float>(row) + 0.5F);
            const auto beyond_cm = [&](const std::vector<cv::Point2f>& edge) {
                return -kTexel_cm * static_cast<float>(cv::pointPolygonTest(edge, at, true));
            };
            float weight = smoothstep(6.4F, 5.4F, x) * smoothstep(-8.6F, -7.2F, y) *
                           smoothstep(0.0F, 0.15F, beyond_cm(lips)) *
                           smoothstep(0.15F, 0.4F, beyond_cm(lids));
            // The nose with its wings; upper lids and brows.
            weight *= 1 - smoothstep(1.75F, 1.35F, x) * smoothstep(-2.0F, -1.6F, y);
            const float beside_eye = smoothstep(0.1F, 0.5F, (at.x - eye_outer) * kTexel_cm);
            const float above_eye_cm = (eye_middle - at.y) * kTexel_cm;
            weight *= 1 - (1 - beside_eye) * smoothstep(-0.1F, 0.1F, above_eye_cm);
            weight *= smoothstep(1.6F, 0.8F, above_eye_cm);
            out.push_back(weight);
        }
    }
    return out;
}

}  // namespace vasa::train
