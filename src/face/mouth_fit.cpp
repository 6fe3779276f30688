// SPDX-License-Identifier: Apache-2.0
#include "mouth_fit.h"

#include "vasa/core/colour.h"
#include "vasa/core/parallel.h"
#include "vasa/head/face_measures.h"
#include "vasa/head/rasterizer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

namespace vasa::face {
namespace {

using head::Part;

/// The opening between the lips and what looks like teeth in it.
struct MouthPhoto {
    cv::Rect box;
    cv::Mat inside;  // of the box, 255 = between the lips
    cv::Mat bright;  // of the box, 255 = as bright and pale as teeth
    int count = 0;
};

/// Tooth-like brightness of a colour, and its saturation.
struct Tone {
    float value, saturation;
};

/// Teeth are bright and pale; lips and tongue are bright and red.
Tone tone(const std::uint8_t* rgb, const MouthFitParams& params) {
    const float high = std::max({rgb[0], rgb[1], rgb[2]});
    const float saturation = core::saturation(rgb);
    return {high * (1 - params.redness * saturation), saturation};
}

/// Median saturation of the skin at both cheeks.
float skin_saturation(const core::ImageU8& crop,
                      const head::Landmarks& landmarks,
                      float eye_distance,
                      const MouthFitParams& params) {
    std::vector<float> saturations;
    const int reach = std::max(2, static_cast<int>(params.cheek_reach * eye_distance));
    for (const int i : head::kCheeks) {
        for (int dy = -reach; dy <= reach; ++dy) {
            for (int dx = -reach; dx <= reach; ++dx) {
                const int x = std::clamp(static_cast<int>(landmarks[i].x) + dx, 0, crop.width - 1);
                const int y = std::clamp(static_cast<int>(landmarks[i].y) + dy, 0, crop.height - 1);
                saturations.push_back(tone(crop.at(x, y), params).saturation);
            }
        }
    }
    const auto middle = saturations.begin() + static_cast<std::ptrdiff_t>(saturations.size() / 2);
    std::nth_element(saturations.begin(), middle, saturations.end());
    return *middle;
}

MouthPhoto measure_mouth(const core::ImageU8& crop,
                         const head::Landmarks& landmarks,
                         float eye_distance,
                         const MouthFitParams& params) {
    std::vector<cv::Point> polygon;
    for (int i : head::kInnerLips) {
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
    cv::Mat value(photo.box.height, photo.box.width, CV_32FC1);
    std::vector<float> values;
    for (int y = 0; y < photo.box.height; ++y) {
        for (int x = 0; x < photo.box.width; ++x) {
            value.at<float>(y, x) = tone(crop.at(photo.box.x + x, photo.box.y + y), params).value;
            if (photo.inside.at<std::uint8_t>(y, x) != 0) {
                values.push_back(value.at<float>(y, x));
            }
        }
    }
    photo.count = static_cast<int>(values.size());
    if (photo.count < params.min_pixels) {
        return photo;
    }
    std::sort(values.begin(), values.end());
    const float dark = values[values.size() / 20], light = values[values.size() * 19 / 20];
    photo.bright = value > std::min(0.5F * (dark + light), params.darkest_teeth * light);
    const float skin = skin_saturation(crop, landmarks, eye_distance, params);
    int num_bright = 0, num_pale = 0;
    for (int y = 0; y < photo.box.height; ++y) {
        for (int x = 0; x < photo.box.width; ++x) {
            if (photo.inside.at<std::uint8_t>(y, x) != 0 &&
                photo.bright.at<std::uint8_t>(y, x) != 0) {
                const float s = tone(crop.at(photo.box.x + x, photo.box.y + y), params).saturation;
                ++num_bright;
                num_pale += s < params.paleness * skin || skin < params.colourless ? 1 : 0;
            }
        }
    }
    if (2 * num_pale < num_bright) {
        photo.bright = cv::Scalar(0);  // the brightest pixels are the tongue
    }
    return photo;
}

/// Fraction of the opening's pixels where model teeth and bright pixels agree.
double agreement(const head::HeadModel& model,
                 const head::Camera& camera,
                 const head::LandmarkFit& fit,
                 const MouthPhoto& photo,
                 float mouth_push_cm) {
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
                     1.0F / (static_cast<float>(p.z()) + (inside ? mouth_push_cm : 0.0F))};
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
                const bool teeth = is_teeth_part(part);
                const bool bright =
                    photo.bright.at<std::uint8_t>(y - photo.box.y, x - photo.box.x) != 0;
                agree += teeth == bright ? 1 : 0;
            }
        }
    }
    return static_cast<double>(agree) / std::max(photo.count, 1);
}

/// A fit with weaker priors, if it explains the landmarks better; else the first one.
head::LandmarkFit fit_wide_mouth(const head::HeadModel& model,
                                 const head::Camera& camera,
                                 const head::Landmarks& landmarks,
                                 const head::LandmarkFitOptions& options,
                                 const head::LandmarkFit& first,
                                 const MouthFitParams& params) {
    head::LandmarkFitOptions wide = options;
    wide.action_prior = params.wide_action_prior;
    wide.jaw_prior = params.wide_jaw_prior;
    head::LandmarkFitStart start;
    start.pose = first.pose;
    start.identity = first.identity;
    start.actions = first.actions;
    start.hold_identity = true;
    head::LandmarkFit fit = head::fit_landmarks(model, camera, landmarks, wide, start);
    return fit.inner_error < first.inner_error ? fit : first;
}

}  // namespace

float unexplained_gap(const head::HeadModel& model,
                      const head::Camera& camera,
                      const head::LandmarkFit& fit,
                      const head::Landmarks& landmarks) {
    const head::MeshLandmarks fitted = head::project_landmarks(model, camera, fit);
    const auto& top = fitted[head::kInnerLipTop];
    const auto& bottom = fitted[head::kInnerLipBottom];
    return head::mouth_gap(landmarks) -
           std::hypot(top.x - bottom.x, top.y - bottom.y) / head::eye_distance_px(landmarks);
}

head::LandmarkFit settle_mouth(const head::HeadModel& model,
                               const head::Camera& camera,
                               const core::ImageU8& crop,
                               const head::Landmarks& landmarks,
                               const head::LandmarkFitOptions& options,
                               const head::LandmarkFit& first,
                               const MouthFitParams& params) {
    const float eyes = head::eye_distance_px(landmarks);
    if (head::mouth_gap_px(landmarks) < params.min_gap * eyes) {
        return first;
    }
    if (unexplained_gap(model, camera, first, landmarks) > params.max_unexplained_gap) {
        return fit_wide_mouth(model, camera, landmarks, options, first, params);
    }
    const MouthPhoto photo = measure_mouth(crop, landmarks, eyes, params);
    if (photo.count < params.min_pixels) {
        return first;
    }
    struct Candidate {
        head::LandmarkFit fit;
        double score = 0;
    };
    std::vector<Candidate> candidates(1 + params.priors.size());
    candidates[0].fit = first;
    core::parallel_for(static_cast<int>(candidates.size()), [&](int i) {
        Candidate& c = candidates[i];
        if (i > 0) {
            head::LandmarkFitOptions other = options;
            other.jaw_prior = params.priors[i - 1].jaw;
            other.lip_prior = params.priors[i - 1].lips;
            other.max_iterations = std::min(options.max_iterations, params.max_iterations);
            head::LandmarkFitStart start;
            start.pose = first.pose;
            start.identity = first.identity;
            start.actions = first.actions;
            start.hold_identity = true;
            c.fit = head::fit_landmarks(model, camera, landmarks, other, start);
        }
        c.score = agreement(model, camera, c.fit, photo, params.mouth_push_cm);
    });
    const Candidate* best = candidates.data();
    for (const Candidate& c : candidates) {
        const bool explains =
            c.fit.inner_error <= params.max_error_ratio * first.inner_error + params.max_error_more;
        if (explains && c.score > best->score + params.min_gain) {
            best = &c;
        }
    }
    return best->fit;
}

}  // namespace vasa::face
