// SPDX-License-Identifier: Apache-2.0
#include "scene/skin_changes.h"

#include "scene/canvas_colours.h"

#include "vasa/core/colour.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace vasa::decode {
namespace {

using head::Part;

head::Points source_normals(const head::HeadModel& model, const SourceView& view) {
    head::Points normals;
    head::vertex_normals(view.head.camera, model.triangles(), normals);
    return normals;
}

/// Mixes each value with the mean of its neighbours'.
/// @param vertices  that change
void smooth(const std::vector<int>& vertices,
            const std::vector<std::vector<int>>& neighbours,
            int passes,
            std::vector<float>& values) {
    std::vector<float> next(values);
    for (int pass = 0; pass < passes; ++pass) {
        for (const int v : vertices) {
            float sum = values[v];
            for (const int n : neighbours[v]) {
                sum += values[n];
            }
            next[v] = sum / static_cast<float>(neighbours[v].size() + 1);
        }
        values.swap(next);
    }
}

core::ImageU8 as_image(const head::SkinFolds& folds) {
    core::ImageU8 image;
    image.width = head::SkinMap::kWidth;
    image.height = head::SkinMap::kHeight;
    image.channels = head::kNumFolds;
    image.data = folds.both_sides();
    return image;
}

/// Whether any group folds the skin within a triangle of a place on the map.
bool folds_near(const core::ImageU8& folds, const core::Vec2f& place) {
    constexpr int kReach = 16;   // texels: longer than an edge of a triangle of the face
    constexpr int kNothing = 1;  // below what shows
    const int x = static_cast<int>(place.x), y = static_cast<int>(place.y);
    for (int row = std::max(0, y - kReach); row < std::min(folds.height, y + kReach); ++row) {
        for (int c = std::max(0, x - kReach); c < std::min(folds.width, x + kReach); ++c) {
            const std::uint8_t* const texel = folds.at(c, row);
            if (std::any_of(texel, texel + head::kNumFolds, [](std::uint8_t value) {
                    return std::abs(value - head::kFoldZero) > kNothing;
                })) {
                return true;
            }
        }
    }
    return false;
}

/// Shares of red and green in a colour.
Eigen::RowVector2f hue(const Rgb& c) {
    return Eigen::RowVector2f(c[0], c[1]) / std::max(c.sum(), 1.0F);
}

}  // namespace

SkinChanges::SkinChanges(const head::HeadModel& model,
                         const head::FaceCode& code,
                         const SourceView& view,
                         const std::vector<VertexAttributes>& vertices,
                         const head::SkinFolds& folds,
                         const SkinChangesParams& params)
    : params_(params),
      folds_(as_image(folds)),
      neighbours_(vertex_neighbours(model.num_vertices(), model.triangles())),
      own_(head::fold_strengths(code.actions)),
      own_pose_(code.pose),
      normals_(source_normals(model, view)),
      light_(model, code, view, normals_, params.light),
      seen_(view.visible) {
    const auto count = static_cast<std::size_t>(model.num_vertices());
    left_.assign(count, 0.0F);
    for (int v = 0; v < model.num_vertices(); ++v) {
        const Eigen::RowVector3f p = model.neutral().row(v);
        places_.push_back(head::SkinMap::place(p));
        left_[v] = params_.left_x_cm(p.x());
        if (model.vertex_parts()[v] == Part::Skin && vertices[v].alpha > 0) {
            skin_.push_back(v);
        }
    }
    strength_ = params_.smooth_strength + (params_.rough_strength - params_.smooth_strength) *
                                              params_.roughness(roughness(model, code, view));
    const Rgb skin = mean_skin(model, code.appearance.canvas, view);
    const float colourfulness =
        std::min(1.0F, core::saturation(skin[0], skin[1], skin[2]) / params_.full_saturation);
    for (std::size_t c = 0; c < tint_.size(); ++c) {
        tint_[c] = 1 + (params_.tint[c] - 1) * colourfulness;
    }
    find_border(vertices);
    find_support(model, code, view);
    log_light_.assign(count, 0.0F);
    for (const int v : skin_) {
        log_light_[v] = std::log(light_.on(normals_.row(v)));
    }
}

void SkinChanges::find_border(const std::vector<VertexAttributes>& vertices) {
    border_.assign(vertices.size(), 0.0F);
    for (const int v : skin_) {
        border_[v] = params_.cover(vertices[v].alpha);
    }
    std::vector<float> next(border_);
    for (int pass = 0; pass < params_.border_passes; ++pass) {
        for (const int v : skin_) {
            float sum = border_[v];
            for (const int n : neighbours_[v]) {
                sum += border_[n];
            }
            next[v] = std::min(border_[v], sum / static_cast<float>(neighbours_[v].size() + 1));
        }
        border_.swap(next);
    }
}

void SkinChanges::find_support(const head::HeadModel& model,
                               const head::FaceCode& code,
                               const SourceView& view) {
    constexpr float kMinVisible = 0.5F;  // what is not seen folds as skin does
    const int radius_px =
        std::max(1, static_cast<int>(params_.radius * code.eye_distance_px() * head::kCanvasScale));
    const Rgb skin = mean_skin(model, code.appearance.canvas, view);
    support_.assign(border_.size(), 0.0F);
    for (const int v : skin_) {
        support_[v] = 1;
        if (view.visible[v] < kMinVisible) {
            continue;
        }
        const Rgb c = mean_colour(code.appearance.canvas, view.uv[v], radius_px);
        const float brightness = core::luminance(c[0], c[1], c[2]) / light_.on(normals_.row(v));
        support_[v] = params_.not_dark(brightness) * params_.not_bright(brightness) *
                      params_.skin_hue((hue(c) - hue(skin)).norm());
    }
    smooth(skin_, neighbours_, params_.support_passes, support_);
    for (const int v : skin_) {
        support_[v] = folds_near(folds_, places_[v]) ? support_[v] : 0.0F;  // saves the lookup
    }
}

float SkinChanges::roughness(const head::HeadModel& model,
                             const head::FaceCode& code,
                             const SourceView& view) const {
    // Cheeks and the middle of the forehead, of the head at rest, cm.
    constexpr float kMinVisible = 0.9F, kInner_cm = 1.8F, kOuter_cm = 5.5F, kBelow_cm = -4.0F,
                    kAbove_cm = 2.0F, kForehead_cm = 6.0F, kHair_cm = 7.2F, kForeheadSide_cm = 4.0F;
    constexpr float kBlack = 5.0F;  // added to luminance: no logarithm of noise
    const int radius_px =
        std::max(2, static_cast<int>(params_.pore * code.eye_distance_px() * head::kCanvasScale));
    std::vector<float> contrasts;
    for (const int v : skin_) {
        const Eigen::RowVector3f p = model.neutral().row(v);
        const float side = std::fabs(p.x());
        const bool is_cheek =
            side > kInner_cm && side < kOuter_cm && p.y() > kBelow_cm && p.y() < kAbove_cm;
        const bool is_forehead =
            side < kForeheadSide_cm && p.y() > kForehead_cm && p.y() < kHair_cm;
        if (view.visible[v] < kMinVisible || !(is_cheek || is_forehead)) {
            continue;
        }
        const auto log_luminance = [&](int radius) {
            const Rgb c = mean_colour(code.appearance.canvas, view.uv[v], radius);
            return std::log(core::luminance(c[0], c[1], c[2]) + kBlack);
        };
        contrasts.push_back(std::fabs(log_luminance(1) - log_luminance(radius_px)));
    }
    if (contrasts.empty()) {
        return 0.0F;
    }
    const auto middle = contrasts.begin() + static_cast<long>(contrasts.size() / 2);
    std::nth_element(contrasts.begin(), middle, contrasts.end());
    return *middle;
}

void SkinChanges::change_light(const head::Pose& pose, std::vector<SkinChange>& out) const {
    const Eigen::Matrix3f turn = head::rotation_between(own_pose_, pose).cast<float>();
    if (turn.isIdentity(1e-5F)) {
        return;
    }
    std::vector<float> light(out.size(), 0.0F);
    for (const int v : skin_) {
        light[v] = std::log(light_.on(normals_.row(v) * turn.transpose())) - log_light_[v];
    }
    smooth(skin_, neighbours_, params_.light_passes, light);
    for (const int v : skin_) {
        out[v].light =
            std::clamp(params_.light_strength * light[v], -params_.max_light, params_.max_light) *
            border_[v] * seen_[v];
    }
}

void SkinChanges::of_frame(const head::Actions& actions,
                           const head::Pose& pose,
                           std::vector<SkinChange>& out) const {
    out.assign(places_.size(), {});
    std::array<head::FoldStrengths, 2> change = head::fold_strengths(actions);
    for (std::size_t side = 0; side < change.size(); ++side) {
        for (std::size_t k = 0; k < head::kNumFolds; ++k) {
            float& strength = change[side][k];
            strength -= own_[side][k];
            strength *= strength_ * (strength < 0 ? params_.removed : 1.0F);
        }
    }
    for (const int v : skin_) {
        const float cover = border_[v] * support_[v];
        for (std::size_t k = 0; k < head::kNumFolds; ++k) {
            out[v].folds[k] = cover * (change[0][k] + (change[1][k] - change[0][k]) * left_[v]);
        }
    }
    change_light(pose, out);
}

}  // namespace vasa::decode
