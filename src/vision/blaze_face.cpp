// SPDX-License-Identifier: Apache-2.0
#include "blaze_face.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace vasa::vision {
namespace {

constexpr std::size_t kNumRegressors = 16;
/// Two hits are the same face if this share of the smaller box lies in the other.
constexpr float kMaxContained = 0.6F;

float area(const FaceDetection& face) {
    return std::max(face.x1 - face.x0, 0.0F) * std::max(face.y1 - face.y0, 0.0F);
}

float intersection(const FaceDetection& a, const FaceDetection& b) {
    const float width = std::min(a.x1, b.x1) - std::max(a.x0, b.x0);
    const float height = std::min(a.y1, b.y1) - std::max(a.y0, b.y0);
    return std::max(width, 0.0F) * std::max(height, 0.0F);
}

bool better(const FaceDetection& a, const FaceDetection& b) {
    return a.score > b.score;
}

FaceDetection weighted_mean(const std::vector<FaceDetection>& faces) {
    double weight = 0;
    std::array<double, 16> sum{};
    for (const FaceDetection& face : faces) {
        const double w = face.score;
        weight += w;
        sum[0] += w * face.x0;
        sum[1] += w * face.y0;
        sum[2] += w * face.x1;
        sum[3] += w * face.y1;
        for (std::size_t k = 0; k < face.keypoints.size(); ++k) {
            sum[4 + 2 * k] += w * face.keypoints[k].x;
            sum[5 + 2 * k] += w * face.keypoints[k].y;
        }
    }
    const auto mean = [&](std::size_t i) { return static_cast<float>(sum[i] / weight); };
    FaceDetection out = faces.front();
    out.x0 = mean(0);
    out.y0 = mean(1);
    out.x1 = mean(2);
    out.y1 = mean(3);
    for (std::size_t k = 0; k < out.keypoints.size(); ++k) {
        out.keypoints[k] = {mean(4 + 2 * k), mean(5 + 2 * k)};
    }
    return out;
}

}  // namespace

std::vector<core::Vec2f> make_anchors(const std::vector<AnchorGrid>& grids) {
    std::vector<core::Vec2f> anchors;
    for (const AnchorGrid& grid : grids) {
        const auto cells = static_cast<float>(grid.cells);
        for (int row = 0; row < grid.cells; ++row) {
            for (int col = 0; col < grid.cells; ++col) {
                const core::Vec2f centre{(static_cast<float>(col) + 0.5F) / cells,
                                         (static_cast<float>(row) + 0.5F) / cells};
                anchors.insert(anchors.end(), static_cast<std::size_t>(grid.per_cell), centre);
            }
        }
    }
    return anchors;
}

std::vector<FaceDetection> decode_faces(const std::vector<core::Vec2f>& anchors,
                                        int input_size,
                                        const std::vector<float>& regressors,
                                        const std::vector<float>& classificators,
                                        float min_score) {
    if (classificators.size() != anchors.size() ||
        regressors.size() != anchors.size() * kNumRegressors) {
        throw core::Error(core::ErrorKind::Internal,
                          "face detector outputs: expected " + std::to_string(anchors.size()) +
                              " anchors, found " + std::to_string(classificators.size()));
    }
    const float unit = 1.0F / static_cast<float>(input_size);
    std::vector<FaceDetection> faces;
    for (std::size_t i = 0; i < anchors.size(); ++i) {
        const float logit = std::clamp(classificators[i], -100.0F, 100.0F);
        const float score = 1.0F / (1.0F + std::exp(-logit));
        if (!(score >= min_score)) {
            continue;
        }
        const float* r = regressors.data() + i * kNumRegressors;
        const core::Vec2f anchor = anchors[i];
        const float cx = r[0] * unit + anchor.x;
        const float cy = r[1] * unit + anchor.y;
        const float half_width = r[2] * unit / 2;
        const float half_height = r[3] * unit / 2;
        if (!(half_width > 0 && half_height > 0)) {
            continue;
        }
        FaceDetection face;
        face.score = score;
        face.x0 = cx - half_width;
        face.y0 = cy - half_height;
        face.x1 = cx + half_width;
        face.y1 = cy + half_height;
        for (std::size_t k = 0; k < face.keypoints.size(); ++k) {
            face.keypoints[k] = {r[4 + 2 * k] * unit + anchor.x, r[5 + 2 * k] * unit + anchor.y};
        }
        faces.push_back(face);
    }
    return faces;
}

float box_iou(const FaceDetection& a, const FaceDetection& b) {
    const float common = intersection(a, b);
    const float all = area(a) + area(b) - common;
    return all > 0 ? common / all : 0.0F;
}

std::vector<FaceDetection> blend_faces(std::vector<FaceDetection> faces, float min_iou) {
    std::stable_sort(faces.begin(), faces.end(), better);
    std::vector<FaceDetection> blended;
    while (!faces.empty()) {
        const FaceDetection best = faces.front();
        const auto rest =
            std::stable_partition(faces.begin() + 1, faces.end(), [&](const FaceDetection& face) {
                return box_iou(best, face) > min_iou;
            });
        blended.push_back(weighted_mean({faces.begin(), rest}));
        faces.erase(faces.begin(), rest);
    }
    return blended;
}

std::vector<FaceDetection> drop_duplicates(std::vector<FaceDetection> faces) {
    std::stable_sort(faces.begin(), faces.end(), better);
    std::vector<FaceDetection> kept;
    for (const FaceDetection& face : faces) {
        const bool is_new = std::none_of(kept.begin(), kept.end(), [&](const FaceDetection& other) {
            const float smaller = std::min(area(face), area(other));
            return box_iou(face, other) > 0.3F ||
                   intersection(face, other) > kMaxContained * smaller;
        });
        if (is_new) {
            kept.push_back(face);
        }
    }
    std::stable_sort(kept.begin(), kept.end(), [](const FaceDetection& a, const FaceDetection& b) {
        return a.size() > b.size();
    });
    return kept;
}

FaceDetection map_face(const core::Affine2& map, const FaceDetection& face) {
    FaceDetection out = face;
    const core::Vec2f p[] = {
        map(face.x0, face.y0), map(face.x1, face.y0), map(face.x0, face.y1), map(face.x1, face.y1)};
    out.x0 = std::min({p[0].x, p[1].x, p[2].x, p[3].x});
    out.y0 = std::min({p[0].y, p[1].y, p[2].y, p[3].y});
    out.x1 = std::max({p[0].x, p[1].x, p[2].x, p[3].x});
    out.y1 = std::max({p[0].y, p[1].y, p[2].y, p[3].y});
    for (core::Vec2f& keypoint : out.keypoints) {
        keypoint = map(keypoint.x, keypoint.y);
    }
    return out;
}

float eye_angle_rad(const FaceDetection& face) {
    return std::atan2(face.keypoints[1].y - face.keypoints[0].y,
                      face.keypoints[1].x - face.keypoints[0].x);
}

core::Affine2 image_from_turned(int quarter_turns, double width, double height) {
    switch (quarter_turns) {
        case 1:
            return {0, -1, width, 1, 0, 0};
        case 2:
            return {-1, 0, width, 0, -1, height};
        case 3:
            return {0, 1, 0, -1, 0, height};
        default:
            return {};
    }
}

}  // namespace vasa::vision
