// SPDX-License-Identifier: Apache-2.0
#include "scene/person_card.h"

#include "kernels/texture.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace vasa::decode {
namespace {

using kernels::smoothstep;

constexpr int kSpacing_px = 16;
// How far the motion of the skin reaches into hair and neck.
constexpr float kReach_px = 200.0F;

}  // namespace

PersonCard::PersonCard(const head::HeadModel& model,
                       const head::FaceCode& code,
                       const SourceView& view) {
    columns_ = head::kCanvasSize_px / kSpacing_px + 1;
    for (int y = 0; y < columns_; ++y) {
        for (int x = 0; x < columns_; ++x) {
            uv_.push_back(
                {static_cast<float>(x * kSpacing_px), static_cast<float>(y * kSpacing_px)});
        }
    }
    fasten(model, view);
    extend_depth(code);
    find_anchors();
    make_triangles(code);
}

void PersonCard::fasten(const head::HeadModel& model, const SourceView& view) {
    constexpr int kSize = SourceView::kSkinSize_px;
    triangle_of_.assign(uv_.size(), -1);
    bary_.assign(uv_.size(), {});
    depth_.assign(uv_.size(), 0.0F);
    head_weight_.assign(uv_.size(), 0.0F);
    fastened_at_ = head::Points::Zero(static_cast<Eigen::Index>(uv_.size()), 3);
    for (std::size_t i = 0; i < uv_.size(); ++i) {
        const int x = std::min(static_cast<int>(uv_[i].x / 2), kSize - 1);
        const int y = std::min(static_cast<int>(uv_[i].y / 2), kSize - 1);
        const head::RasterSample& s = view.skin[static_cast<std::size_t>(y) * kSize + x];
        if (s.triangle < 0) {
            continue;
        }
        const auto& t = model.triangles()[s.triangle];
        bary_[i] = {1 - s.b1 - s.b2, s.b1, s.b2};
        float seen = 0, weight = 0;
        for (int k = 0; k < 3; ++k) {
            seen += bary_[i][k] * view.visible[t[k]];
            weight += bary_[i][k] * model.neck_weights()[t[k]];
        }
        const bool eye = model.triangle_parts()[s.triangle] >= head::Part::EyeLeft;
        // Grazing surface would smear: it is treated like the hair beside it.
        if (seen < 0.5F && !eye) {
            continue;
        }
        triangle_of_[i] = s.triangle;
        for (int k = 0; k < 3; ++k) {
            fastened_at_.row(static_cast<Eigen::Index>(i)) +=
                bary_[i][k] * view.head.head_space.row(t[k]);
        }
        depth_[i] = 1.0F / s.inv_z;
        head_weight_[i] = weight;
    }
}

void PersonCard::extend_depth(const head::FaceCode& code) {
    // Membrane over the free points.
    const int n = columns_;
    std::vector<float> value(depth_), weight(depth_.size());
    for (std::size_t i = 0; i < weight.size(); ++i) {
        weight[i] = triangle_of_[i] >= 0 ? 1.0F : 0.0F;
    }
    double mean = 0, count = 0;
    for (std::size_t i = 0; i < weight.size(); ++i) {
        mean += weight[i] * value[i];
        count += weight[i];
    }
    const float fill = count > 0 ? static_cast<float>(mean / count) : 60.0F;
    // Start from the nearest fastened point, which has a free one beside it.
    std::vector<std::array<int, 2>> rim;
    const auto is_free = [&](int x, int y) {
        return x >= 0 && y >= 0 && x < n && y < n && triangle_of_[y * n + x] < 0;
    };
    for (int y = 0; y < n; ++y) {
        for (int x = 0; x < n; ++x) {
            if (!is_free(x, y) && (is_free(x - 1, y) || is_free(x + 1, y) || is_free(x, y - 1) ||
                                   is_free(x, y + 1))) {
                rim.push_back({x, y});
            }
        }
    }
    for (int y = 0; y < n; ++y) {
        for (int x = 0; x < n; ++x) {
            if (!is_free(x, y)) {
                continue;
            }
            int best = 2 * n * n;
            value[y * n + x] = fill;
            for (const auto& [u, v] : rim) {
                const int d = (u - x) * (u - x) + (v - y) * (v - y);
                if (d < best) {
                    best = d;
                    value[y * n + x] = depth_[v * n + u];
                }
            }
        }
    }
    for (int pass = 0; pass < 60; ++pass) {
        for (int y = 0; y < n; ++y) {
            for (int x = 0; x < n; ++x) {
                const int i = y * n + x;
                if (weight[i] > 0) {
                    continue;
                }
                const float left = value[x > 0 ? i - 1 : i], right = value[x < n - 1 ? i + 1 : i];
                const float up = value[y > 0 ? i - n : i], down = value[y < n - 1 ? i + n : i];
                value[i] = (left + right + up + down) / 4;
            }
        }
    }
    depth_ = value;
    flatten(code);
    const head::Camera camera = head::default_camera(head::kFrameSize_px);
    const Eigen::Matrix3f r = rotation_from_pose(code.pose).cast<float>();
    const Eigen::RowVector3f t(code.pose.x_cm, code.pose.y_cm, code.pose.z_cm);
    source_head_.resize(static_cast<Eigen::Index>(uv_.size()), 3);
    for (std::size_t i = 0; i < uv_.size(); ++i) {
        const float px = (uv_[i].x - head::kCanvasMargin_px) / head::kCanvasScale;
        const float py = (uv_[i].y - head::kCanvasMargin_px) / head::kCanvasScale;
        const float scale = depth_[i] / static_cast<float>(camera.focal_px);
        const float half = static_cast<float>(camera.size_px) / 2;
        const Eigen::RowVector3f p((px - half) * scale, -(py - half) * scale, -depth_[i]);
        const auto row = static_cast<Eigen::Index>(i);
        source_head_.row(row) = (p - t) * r;
        const Eigen::RowVector3f h = source_head_.row(row);
        // Hair turns with the head; what lies low and far to the side is a shoulder. So it is where
        // the mesh reaches it, which is hardly drawn there.
        const float aside = smoothstep(4.5F, 10.0F, std::fabs(h.x()));
        if (triangle_of_[i] < 0) {
            const float shoulder = aside * smoothstep(-2.5F, -9.0F, h.y());
            head_weight_[i] = head::neck_weight(h) * (1 - shoulder);
        } else {
            head_weight_[i] *= 1 - aside * smoothstep(-6.5F, -9.5F, h.y());
        }
    }
}

void PersonCard::flatten(const head::FaceCode& code) {
    // Behind the cheeks the card knows only what the portrait shows from the front: at their true
    // depth ears and hair would swing out on a turning head, with nothing to show between.
    constexpr float kContour_cm = 3.5F, kRelief_cm = 2.2F;
    const Eigen::RowVector3f contour = Eigen::RowVector3f(0, 0, kContour_cm) *
                                       rotation_from_pose(code.pose).cast<float>().transpose();
    const float start = -(contour.z() + code.pose.z_cm);
    for (float& d : depth_) {
        if (d > start) {
            d = start + kRelief_cm * (1 - std::exp(-(d - start) / kRelief_cm));
        }
    }
}

void PersonCard::find_anchors() {
    const int n = columns_;
    anchors_.assign(uv_.size(), {});
    std::vector<int> border;
    for (int y = 1; y + 1 < n; ++y) {
        for (int x = 1; x + 1 < n; ++x) {
            const int i = y * n + x;
            const bool at_border =
                triangle_of_[i] >= 0 && (triangle_of_[i - 1] < 0 || triangle_of_[i + 1] < 0 ||
                                         triangle_of_[i - n] < 0 || triangle_of_[i + n] < 0);
            if (at_border) {
                border.push_back(i);
            }
        }
    }
    for (std::size_t i = 0; i < uv_.size(); ++i) {
        if (triangle_of_[i] >= 0) {
            continue;
        }
        std::vector<std::pair<float, int>> nearest;
        for (int b : border) {
            const float dx = uv_[b].x - uv_[i].x, dy = uv_[b].y - uv_[i].y;
            nearest.emplace_back(std::sqrt(dx * dx + dy * dy), b);
        }
        const auto k = std::min<std::size_t>(kNumAnchors, nearest.size());
        std::partial_sort(nearest.begin(), nearest.begin() + static_cast<long>(k), nearest.end());
        float sum = 0;
        for (std::size_t a = 0; a < k; ++a) {
            anchors_[i][a] = {nearest[a].second,
                              1.0F / (nearest[a].first * nearest[a].first + 1.0F)};
            sum += anchors_[i][a].weight;
        }
        const float d = k > 0 ? nearest[0].first : kReach_px;
        const float fall = d < kReach_px ? (1 - d / kReach_px) * (1 - d / kReach_px) : 0.0F;
        for (Anchor& a : anchors_[i]) {
            a.weight = sum > 0 ? a.weight / sum * fall : 0.0F;
        }
    }
}

void PersonCard::make_triangles(const head::FaceCode& code) {
    const core::ImageU8& canvas = code.appearance.canvas;
    for (int y = 0; y + 1 < columns_; ++y) {
        for (int x = 0; x + 1 < columns_; ++x) {
            bool any = false;
            for (int v = 0; v < kSpacing_px && !any; ++v) {
                for (int u = 0; u < kSpacing_px && !any; ++u) {
                    any = canvas.at(x * kSpacing_px + u, y * kSpacing_px + v)[3] > 0;
                }
            }
            if (any) {
                const int a = y * columns_ + x, b = a + 1, c = a + columns_, d = c + 1;
                triangles_.push_back({a, c, b});
                triangles_.push_back({b, c, d});
            }
        }
    }
}

void PersonCard::move(const head::HeadModel& model,
                      const head::PosedHead& target,
                      const head::Pose& source_pose,
                      const head::Pose& target_pose,
                      head::Points& out) const {
    const Eigen::Matrix3f rt = rotation_from_pose(target_pose).cast<float>();
    const Eigen::Matrix3f rs = rotation_from_pose(source_pose).cast<float>();
    const Eigen::RowVector3f tt(target_pose.x_cm, target_pose.y_cm, target_pose.z_cm);
    const Eigen::RowVector3f ts(source_pose.x_cm, source_pose.y_cm, source_pose.z_cm);
    const auto n = static_cast<Eigen::Index>(uv_.size());
    head::Points offset = head::Points::Zero(n, 3);
    for (Eigen::Index i = 0; i < n; ++i) {
        if (triangle_of_[i] >= 0) {
            const auto& t = model.triangles()[triangle_of_[i]];
            offset.row(i) = bary_[i][0] * target.head_space.row(t[0]) +
                            bary_[i][1] * target.head_space.row(t[1]) +
                            bary_[i][2] * target.head_space.row(t[2]) - fastened_at_.row(i);
        }
    }
    out.resize(n, 3);
    for (Eigen::Index i = 0; i < n; ++i) {
        Eigen::RowVector3f p = source_head_.row(i) + offset.row(i);
        if (triangle_of_[i] < 0) {
            for (const Anchor& a : anchors_[i]) {
                if (a.weight > 0) {
                    p += a.weight * offset.row(a.point);
                }
            }
        }
        const float w = head_weight_[i];
        out.row(i) = w * (p * rt.transpose() + tt) + (1 - w) * (p * rs.transpose() + ts);
    }
}

}  // namespace vasa::decode
