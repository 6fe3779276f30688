// SPDX-License-Identifier: Apache-2.0
#include "figures/aligned_pair.h"

#include "image_metrics.h"

#include "vasa/core/colour.h"
#include "vasa/head/landmarks.h"
#include "vasa/head/posed_head.h"
#include "vasa/head/rasterizer.h"
#include "vasa/head/skin_folds.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace vasa::eval {
namespace {

using core::ImageU8;
using core::Vec2f;
using head::SkinMap;

constexpr int kSize = head::kFrameSize_px;
constexpr std::size_t kNumPixels = static_cast<std::size_t>(kSize) * kSize;

/// Vertices of a head in a picture's pose and actions: frame pixels and inverse distance.
std::vector<head::ScreenVertex> place_head(const head::HeadModel& model,
                                           const std::vector<float>& identity,
                                           const head::FaceCode& state) {
    head::PosedHead posed;
    model.animate(model.person(identity), state.actions, posed.head_space);
    head::pose_head(model, state.pose, state.pose, posed);
    const head::Camera camera = head::default_camera(kSize);
    std::vector<head::ScreenVertex> screen;
    for (int v = 0; v < model.num_vertices(); ++v) {
        const Eigen::Vector3d p = camera.project(posed.camera.row(v).transpose().cast<double>());
        screen.push_back({static_cast<float>(p.x()),
                          static_cast<float>(p.y()),
                          static_cast<float>(1.0 / p.z())});
    }
    return screen;
}

cv::Mat luminance_of(const ImageU8& image) {
    cv::Mat out(kSize, kSize, CV_32F);
    for (int y = 0; y < kSize; ++y) {
        for (int x = 0; x < kSize; ++x) {
            out.at<float>(y, x) = core::luminance(image.at(x, y));
        }
    }
    return out;
}

double correlation_of(const std::vector<float>& a, const std::vector<float>& b) {
    const auto n = static_cast<double>(a.size());
    double sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const auto x = static_cast<double>(a[i]), y = static_cast<double>(b[i]);
        sa += x;
        sb += y;
        saa += x * x;
        sbb += y * y;
        sab += x * y;
    }
    const double variance = (saa - sa * sa / n) * (sbb - sb * sb / n);
    return variance > 0 ? (sab - sa * sb / n) / std::sqrt(variance) : 0.0;
}

/// Vertices beyond lips, lids and lashes, which have stronger edges than any fold.
std::vector<std::uint8_t> bare_skin(const head::HeadModel& model) {
    constexpr float kMargin = 4.0F;  // texels, 2 mm
    std::vector<std::vector<cv::Point2f>> edges;
    const auto add = [&](const auto& list) {
        edges.emplace_back();
        for (const int landmark : list) {
            const Vec2f p = SkinMap::place(model.landmark(model.neutral(), landmark));
            edges.back().emplace_back(p.x, p.y);
        }
    };
    add(head::kOuterLips);
    add(head::kLidEdges[0]);
    add(head::kLidEdges[1]);
    std::vector<std::uint8_t> bare;
    for (int v = 0; v < model.num_vertices(); ++v) {
        const Vec2f p = SkinMap::place(model.neutral().row(v));
        bare.push_back(std::all_of(edges.begin(), edges.end(), [&](const auto& edge) {
            return cv::pointPolygonTest(edge, {p.x, p.y}, true) < -kMargin;
        }));
    }
    return bare;
}

}  // namespace

AlignedPair align(const head::HeadModel& model,
                  const head::FaceCode& code,
                  const head::FaceCode& picture) {
    const auto frame = place_head(model, code.identity, picture);
    const auto seen = place_head(model, picture.identity, picture);
    const std::vector<std::uint8_t> bare = bare_skin(model);
    head::TileRasterizer rasterizer(kSize);
    rasterizer.bin(frame, model.triangles(), true);
    AlignedPair out{ImageU8(kSize, kSize, 3),
                    std::vector<std::uint8_t>(kNumPixels),
                    std::vector<Vec2f>(kNumPixels)};
    cv::Mat from(kSize, kSize, CV_32FC2, cv::Scalar(-1, -1));
    std::vector<head::RasterSample> samples;
    constexpr int kTile = head::TileRasterizer::kTile_px;
    for (int tile = 0; tile < rasterizer.num_tiles(); ++tile) {
        rasterizer.rasterize(tile, samples);
        const auto [x0, y0] = rasterizer.tile_origin(tile);
        for (int i = 0; i < kTile * kTile; ++i) {
            const head::RasterSample& s = samples[static_cast<std::size_t>(i)];
            if (s.triangle < 0 || model.triangle_parts()[s.triangle] != head::Part::Skin) {
                continue;
            }
            const int x = x0 + i % kTile, y = y0 + i / kTile;
            const auto& t = model.triangles()[s.triangle];
            if (bare[t[0]] == 0 || bare[t[1]] == 0 || bare[t[2]] == 0) {
                continue;
            }
            const float b[3] = {1 - s.b1 - s.b2, s.b1, s.b2};
            Vec2f at, moved;
            for (int k = 0; k < 3; ++k) {
                const Vec2f p = SkinMap::place(model.neutral().row(t[k]));
                at.x += b[k] * (p.x - SkinMap::kHalfWidth) * SkinMap::kTexel_cm;
                at.y += b[k] * (SkinMap::kTop_cm - p.y * SkinMap::kTexel_cm);
                moved.x += b[k] * (seen[t[k]].x - frame[t[k]].x);
                moved.y += b[k] * (seen[t[k]].y - frame[t[k]].y);
            }
            const std::size_t pixel = static_cast<std::size_t>(y) * kSize + x;
            out.is_skin[pixel] = 1;
            out.neutral_cm[pixel] = at;
            from.at<cv::Vec2f>(y, x) = {static_cast<float>(x) + moved.x,
                                        static_cast<float>(y) + moved.y};
        }
    }
    const cv::Mat crop(
        kSize, kSize, CV_8UC3, const_cast<std::uint8_t*>(picture.appearance.crop.data.data()));
    cv::Mat truth(kSize, kSize, CV_8UC3, out.truth.data.data());
    cv::remap(crop, truth, from, cv::noArray(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    return out;
}

Comparison compare(const ImageU8& frame, const ImageU8& picture, const std::vector<int>& pixels) {
    constexpr double kScale_px = 1.5;  // of folds; pores differ between pictures
    const cv::Mat a = luminance_of(frame), b = luminance_of(picture);
    std::vector<float> differences;
    for (const int i : pixels) {
        differences.push_back(a.at<float>(i / kSize, i % kSize) -
                              b.at<float>(i / kSize, i % kSize));
    }
    std::vector<float> sorted(differences);
    std::sort(sorted.begin(), sorted.end());
    const float middle = sorted[sorted.size() / 2];
    Comparison out;
    for (const float difference : differences) {
        out.error += static_cast<double>(std::fabs(difference - middle)) /
                     static_cast<double>(pixels.size());
    }
    std::vector<float> of_frame, of_picture;
    for (const int direction : {0, 1}) {
        for (const auto& [image, values] : {std::pair(a, &of_frame), std::pair(b, &of_picture)}) {
            cv::Mat smooth, gradient;
            cv::GaussianBlur(image, smooth, {}, kScale_px);
            cv::Sobel(smooth, gradient, CV_32F, direction, 1 - direction);
            for (const int i : pixels) {
                values->push_back(gradient.at<float>(i / kSize, i % kSize));
            }
        }
    }
    out.correlation = correlation_of(of_frame, of_picture);
    return out;
}

TurnedHead compare_turned(const ImageU8& frame,
                          const core::ImageF& alpha,
                          const head::FaceCode& picture) {
    constexpr float kInside = 0.5F;
    const auto chin = static_cast<int>(picture.landmarks[head::kChin].y);
    const float nose = picture.landmarks[head::kNoseBridge[2]].x;
    const bool shows_image_left = picture.pose.yaw_rad > 0;
    int both = 0, either = 0, count = 0;
    TurnedHead out;
    for (int y = 0; y < std::min(chin, kSize); ++y) {
        for (int x = 0; x < kSize; ++x) {
            const Vec2f at = head::canvas_from_crop({static_cast<float>(x), static_cast<float>(y)});
            const bool is_true = picture.appearance.canvas.at(static_cast<int>(at.x),
                                                              static_cast<int>(at.y))[3] > 127;
            const bool is_drawn = *alpha.at(x, y) > kInside;
            both += is_true && is_drawn ? 1 : 0;
            either += is_true || is_drawn ? 1 : 0;
            if ((static_cast<float>(x) < nose) == shows_image_left && (is_true || is_drawn)) {
                out.side_error += difference(frame, picture.appearance.crop, x, y);
                ++count;
            }
        }
    }
    out.side_error /= std::max(count, 1);
    out.mask_iou = static_cast<double>(both) / std::max(either, 1);
    return out;
}

}  // namespace vasa::eval
