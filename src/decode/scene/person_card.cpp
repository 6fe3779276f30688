// SPDX-License-Identifier: Apache-2.0
#include "scene/person_card.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace vasa::decode {
PersonCard::PersonCard(const head::HeadModel& model,
                       const head::FaceCode& code,
                       const SourceView& view,
                       const PersonCardParams& params)
    : params_(params), columns_(head::kCanvasSize_px / params.spacing_px + 1) {
    for (int y = 0; y < columns_; ++y) {
        for (int x = 0; x < columns_; ++x) {
            uv_.push_back({static_cast<float>(x * params_.spacing_px),
                           static_cast<float>(y * params_.spacing_px)});
        }
    }
    fasten(model, view);
    extend_depth();
    flatten(code);
    place_in_head(code);
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
        const bool eye = head::is_eye_part(model.triangle_parts()[s.triangle]);
        if (seen < params_.min_visible && !eye) {
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

void PersonCard::extend_depth() {
    // Free points start with the depth of the nearest fastened point that borders a free one.
    const int n = columns_;
    std::vector<float> value(depth_);
    double mean = 0, count = 0;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const double weight = triangle_of_[i] >= 0 ? 1 : 0;
        mean += weight * value[i];
        count += weight;
    }
    const float fill = count > 0 ? static_cast<float>(mean / count) : params_.default_depth_cm;
    const auto is_free = [&](int x, int y) {
        return x >= 0 && y >= 0 && x < n && y < n && triangle_of_[y * n + x] < 0;
    };
    std::vector<std::array<int, 2>> rim;
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
    depth_ = std::move(value);
    // Then a membrane smooths them.
    for (int pass = 0; pass < params_.smoothing_passes; ++pass) {
        for (int y = 0; y < n; ++y) {
            for (int x = 0; x < n; ++x) {
                const int i = y * n + x;
                if (!is_free(x, y)) {
                    continue;
                }
                const float left = depth_[x > 0 ? i - 1 : i], right = depth_[x < n - 1 ? i + 1 : i];
                const float up = depth_[y > 0 ? i - n : i], down = depth_[y < n - 1 ? i + n : i];
                depth_[i] = (left + right + up + down) / 4;
            }
        }
    }
}

void PersonCard::place_in_head(const head::FaceCode& code) {
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
        const float aside = params_.shoulder_x_cm(std::fabs(h.x()));
        if (triangle_of_[i] < 0) {
            const float shoulder = aside * params_.shoulder_y_cm(h.y());
            head_weight_[i] = head::neck_weight(h) * (1 - shoulder);
        } else {
            head_weight_[i] *= 1 - aside * params_.mesh_shoulder_y_cm(h.y());
        }
    }
}

void PersonCard::flatten(const head::FaceCode& code) {
    const Eigen::RowVector3f contour = Eigen::RowVector3f(0, 0, params_.contour_cm) *
                                       rotation_from_pose(code.pose).cast<float>().transpose();
    const float start = -(contour.z() + code.pose.z_cm);
    for (float& d : depth_) {
        if (d > start) {
            d = start + params_.relief_cm * (1 - std::exp(-(d - start) / params_.relief_cm));
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
        const float d = k > 0 ? nearest[0].first : params_.reach_px;
        const float fall =
            d < params_.reach_px ? (1 - d / params_.reach_px) * (1 - d / params_.reach_px) : 0.0F;
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
            for (int v = 0; v < params_.spacing_px && !any; ++v) {
                for (int u = 0; u < params_.spacing_px && !any; ++u) {
                    any = canvas.at(x * params_.spacing_px + u, y * params_.spacing_px + v)[3] > 0;
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
    const head::BodyPlace body = head::place_body(source_pose, target_pose);
    const Eigen::RowVector3f ts(body.pose.x_cm, body.pose.y_cm, body.pose.z_cm);
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
    head::lower_points(body, out);
}

}  // namespace vasa::decode
