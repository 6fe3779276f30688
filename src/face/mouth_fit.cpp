// SPDX-License-Identifier: Apache-2.0
#include "mouth_fit.h"

#include "vasa/core/parallel.h"
#include "vasa/head/rasterizer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

namespace vasa::face {
namespace {

using head::Part;

constexpr std::array<int, 20> kInnerLips = {78,  191, 80,  81,  82,  13, 312, 311, 310, 415,
                                            308, 324, 318, 402, 317, 14, 87,  178, 88,  95};
constexpr float kMouthPush_cm = 0.5F;

/// The opening between the lips and what is bright in it.
struct MouthPhoto {
    cv::Rect box;
    cv::Mat inside;  // of the box, 255 = between the lips
    cv::Mat bright;  // of the box, 255 = as bright as teeth
    int count = 0;
};

MouthPhoto look_at_mouth(const core::ImageU8& crop, const std::array<core::Vec2f, 478>& landmarks) {
    std::vector<cv::Point> polygon;
    for (int i : kInnerLips) {
        polygon.emplace_back(static_cast<int>(landmarks[i].x * 16),
                             static_cast<int>(landmarks[i].y * 16));
    }
    cv::Mat mask(crop.height, crop.width, CV_8UC1, cv::Scalar(0));
    cv::fillPoly(
        mask, std::vector<std::vector<cv::Point>>{polygon}, cv::Scalar(255), cv::LINE_8, 4);
    MouthPhoto photo;
    photo.box = cv::boundingRect(mask);
    if (photo.box.area() == 0) {
        return photo;
    }
    photo.inside = mask(photo.box).clone();
    // Teeth are bright and pale; lips and tongue are bright and red.
    cv::Mat value(photo.box.height, photo.box.width, CV_32FC1);
    std::vector<float> values;
    for (int y = 0; y < photo.box.height; ++y) {
        for (int x = 0; x < photo.box.width; ++x) {
            const std::uint8_t* p = crop.at(photo.box.x + x, photo.box.y + y);
            const float high = std::max({p[0], p[1], p[2]}), low = std::min({p[0], p[1], p[2]});
            const float saturation = high > 0 ? (high - low) / high : 0;
            value.at<float>(y, x) = high * (1 - 0.6F * saturation);
            if (photo.inside.at<std::uint8_t>(y, x) != 0) {
                values.push_back(value.at<float>(y, x));
            }
        }
    }
    photo.count = static_cast<int>(values.size());
    if (photo.count < 25) {
        return photo;
    }
    std::sort(values.begin(), values.end());
    const float threshold =
        0.5F * values[values.size() / 20] + 0.5F * values[values.size() * 19 / 20];
    photo.bright = value > threshold;
    return photo;
}

/// Share of the opening's pixels where model teeth and bright pixels agree.
double agreement(const head::HeadModel& model,
                 const head::Camera& camera,
                 const head::LandmarkFit& fit,
                 const MouthPhoto& photo) {
    head::Points vertices;
    model.animate(model.person(fit.identity), fit.actions, vertices);
    const Eigen::Matrix3d r = rotation_from_pose(fit.pose);
    const Eigen::Vector3d t(fit.pose.x_cm, fit.pose.y_cm, fit.pose.z_cm);
    std::vector<head::ScreenVertex> screen(model.num_vertices());
    for (int v = 0; v < model.num_vertices(); ++v) {
        const Eigen::Vector3d p =
            camera.project(r * vertices.row(v).transpose().cast<double>() + t);
        const bool inside = model.vertex_parts()[v] != Part::Skin;
        screen[v] = {static_cast<float>(p.x()),
                     static_cast<float>(p.y()),
                     1.0F / (static_cast<float>(p.z()) + (inside ? kMouthPush_cm : 0.0F))};
    }
    head::TileRasterizer rasterizer(camera.size_px);
    rasterizer.bin(screen, model.triangles(), true);
    std::vector<head::RasterSample> samples;
    constexpr int kTile = head::TileRasterizer::kTile_px;
    int agree = 0;
    for (int tile = 0; tile < rasterizer.num_tiles(); ++tile) {
        const auto [x0, y0] = rasterizer.tile_origin(tile);
        const cv::Rect area = cv::Rect(x0, y0, kTile, kTile) & photo.box;
        if (area.area() == 0) {
            continue;
        }
        rasterizer.rasterize(tile, samples);
        for (int y = area.y; y < area.y + area.height; ++y) {
            for (int x = area.x; x < area.x + area.width; ++x) {
                if (photo.inside.at<std::uint8_t>(y - photo.box.y, x - photo.box.x) == 0) {
                    continue;
                }
                const int triangle = samples[(y - y0) * kTile + (x - x0)].triangle;
                const Part part = triangle >= 0 ? model.triangle_parts()[triangle] : Part::Skin;
                const bool teeth = part == Part::TeethUpper || part == Part::TeethLower;
                const bool bright =
                    photo.bright.at<std::uint8_t>(y - photo.box.y, x - photo.box.x) != 0;
                agree += teeth == bright ? 1 : 0;
            }
        }
    }
    return static_cast<double>(agree) / std::max(photo.count, 1);
}

}  // namespace

head::LandmarkFit settle_mouth(const head::HeadModel& model,
                               const head::Camera& camera,
                               const core::ImageU8& crop,
                               const std::array<core::Vec2f, 478>& landmarks,
                               const head::LandmarkFitOptions& options,
                               const head::LandmarkFit& first) {
    constexpr float kOpenMouth = 0.03F;
    const float eyes =
        std::hypot(landmarks[33].x - landmarks[263].x, landmarks[33].y - landmarks[263].y);
    const float gap =
        std::hypot(landmarks[13].x - landmarks[14].x, landmarks[13].y - landmarks[14].y);
    if (gap < kOpenMouth * eyes) {
        return first;
    }
    const MouthPhoto photo = look_at_mouth(crop, landmarks);
    if (photo.count < 25) {
        return first;
    }
    struct Candidate {
        double jaw_prior, lip_prior;
        head::LandmarkFit fit;
        double score = 0;
    };
    std::array<Candidate, 3> candidates = {
        Candidate{0, 0, first, 0}, Candidate{25, 3, {}, 0}, Candidate{80, 2.5, {}, 0}};
    core::parallel_for(static_cast<int>(candidates.size()), [&](int i) {
        Candidate& c = candidates[i];
        if (i > 0) {
            head::LandmarkFitOptions other = options;
            other.jaw_prior = c.jaw_prior;
            other.lip_prior = c.lip_prior;
            other.max_iterations = std::min(options.max_iterations, 6);
            head::LandmarkFitStart start;
            start.pose = first.pose;
            start.identity = first.identity;
            start.actions = first.actions;
            start.hold_identity = true;
            c.fit = head::fit_landmarks(model, camera, landmarks, other, start);
        }
        c.score = agreement(model, camera, c.fit, photo);
    });
    const Candidate* best = candidates.data();
    for (const Candidate& c : candidates) {
        if (c.fit.inner_error <= 1.25 * first.inner_error + 0.001 && c.score > best->score + 0.01) {
            best = &c;
        }
    }
    return best->fit;
}

}  // namespace vasa::face
