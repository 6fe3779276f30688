// SPDX-License-Identifier: Apache-2.0
#include "scene/scalp.h"

#include "scene/canvas_colours.h"

#include <algorithm>
#include <cmath>

namespace vasa::decode {
namespace {

using core::Vec2f;
using head::Part;

constexpr float kPi = 3.14159265F;

/// A triangle wave: distances beyond a band's width return into it.
float mirrored(float distance, float width) {
    const float at = std::fmod(distance, 2 * width);
    return at < width ? at : 2 * width - at;
}

/// Whether a place lies in the canvas' margin.
bool is_beyond_frame(const Vec2f& canvas_px) {
    constexpr float kFirst = head::kCanvasMargin_px;
    constexpr float kEnd = head::kCanvasSize_px - head::kCanvasMargin_px;
    return canvas_px.x < kFirst || canvas_px.y < kFirst || canvas_px.x >= kEnd ||
           canvas_px.y >= kEnd;
}

}  // namespace

Scalp::Scalp(const head::HeadModel& model,
             const head::FaceCode& code,
             const SourceView& view,
             const std::vector<float>& alpha,
             const std::vector<std::vector<int>>& neighbours,
             const ScalpParams& params)
    : params_(params) {
    const head::Camera camera = head::default_camera(head::kFrameSize_px);
    const Eigen::Matrix3f r = rotation_from_pose(code.pose).cast<float>();
    centre_px_ =
        head::canvas_from_camera(camera,
                                 Eigen::RowVector3f(0, params.centre_y_cm, 0) * r.transpose() +
                                     position_cm(code.pose).cast<float>().transpose());
    px_per_cm_ = static_cast<float>(camera.focal_px) * head::kCanvasScale / -code.pose.z_cm;
    roll_cos_ = std::cos(code.pose.roll_rad);
    roll_sin_ = std::sin(code.pose.roll_rad);
    bands_.assign(kNumBands, {});
    find_outlines(model, view);
    find_hair(code);
    mask_.assign(alpha.size(), 0);
    const auto num_cut =
        std::count_if(bands_.begin(), bands_.end(), [](const Band& band) { return band.is_cut; });
    if (static_cast<float>(num_cut) > params.max_cut_share * kNumBands) {
        return;
    }
    std::vector<Eigen::RowVector3f> lifts;
    for (int v = 0; v < model.num_vertices(); ++v) {
        const Eigen::RowVector3f p = model.neutral().row(v);
        if (model.vertex_parts()[v] != Part::Skin || alpha[v] > 0 || p.y() < params.lowest_y_cm) {
            continue;
        }
        mask_[v] = 1;
        // Triangles that also cover the card keep the portrait's own places.
        if (std::any_of(
                neighbours[v].begin(), neighbours[v].end(), [&](int n) { return alpha[n] > 0; })) {
            continue;
        }
        const float angle = angle_of(p);
        const Band band = band_at(angle);
        const float behind_cm = std::max(0.0F, params.front_z_cm - p.z());
        const float radius = band.outer - mirrored(behind_cm, params.band_cm);
        const float x = radius * std::cos(angle), y = -radius * std::sin(angle);
        vertices_.push_back(v);
        places_.push_back({centre_px_.x + px_per_cm_ * (roll_cos_ * x - roll_sin_ * y),
                           centre_px_.y + px_per_cm_ * (roll_sin_ * x + roll_cos_ * y)});
        const bool is_ear = std::fabs(p.x()) > params.ear_x_cm && p.y() < params.ear_top_y_cm &&
                            p.y() > params.ear_bottom_y_cm && p.z() > params.ear_back_z_cm;
        const float outwards = p.x() > 0 ? 1.0F : -1.0F;
        const Eigen::RowVector3f out(p.x(), p.y() - params.centre_y_cm, p.z());
        lifts.push_back(is_ear ? Eigen::RowVector3f(outwards * params.ear_x_cm - p.x(), 0, 0)
                               : Eigen::RowVector3f(band.lift * params.lifted_z_cm(p.z()) * out /
                                                    std::max(out.norm(), 1.0F)));
    }
    lifts_.resize(static_cast<Eigen::Index>(lifts.size()), 3);
    for (std::size_t i = 0; i < lifts.size(); ++i) {
        lifts_.row(static_cast<Eigen::Index>(i)) = lifts[i];
    }
}

float Scalp::angle_of(const Eigen::RowVector3f& neutral_cm) const {
    const float height = neutral_cm.y() - params_.centre_y_cm;
    const float angle = std::atan2(std::fabs(height), std::fabs(neutral_cm.x()));
    const float lowest = params_.lowest_angle_rad;
    // Below the hair above the ears, that hair is seen again, mirrored.
    const float raised = height < 0 ? lowest + angle : std::max(angle, 2 * lowest - angle);
    const float shown = std::min(raised, 0.5F * kPi);
    return neutral_cm.x() >= 0 ? shown : kPi - shown;
}

Scalp::Band Scalp::band_at(float angle_rad) const {
    const float at = std::clamp(angle_rad / kPi * kNumBands - 0.5F, 0.0F, kNumBands - 1.001F);
    const auto i = static_cast<std::size_t>(at);
    const float share = at - static_cast<float>(i);
    const Band &a = bands_[i], &b = bands_[i + 1];
    return {a.outer + share * (b.outer - a.outer),
            a.mesh + share * (b.mesh - a.mesh),
            a.lift + share * (b.lift - a.lift)};
}

void Scalp::find_outlines(const head::HeadModel& model, const SourceView& view) {
    constexpr float kNearest_cm = 5.0F;  // of any head
    for (Band& band : bands_) {
        band.mesh = kNearest_cm;
    }
    for (int v = 0; v < model.num_vertices(); ++v) {
        const Eigen::RowVector3f p = model.neutral().row(v);
        if (model.vertex_parts()[v] != Part::Skin || p.y() < params_.centre_y_cm ||
            (std::fabs(p.x()) > params_.ear_x_cm && p.y() < params_.ear_top_y_cm)) {
            continue;
        }
        const float dx = (view.uv[v].x - centre_px_.x) / px_per_cm_;
        const float dy = (view.uv[v].y - centre_px_.y) / px_per_cm_;
        const float x = roll_cos_ * dx + roll_sin_ * dy, y = roll_sin_ * dx - roll_cos_ * dy;
        const float angle = std::atan2(y, x);
        if (angle > 0 && angle < kPi) {
            Band& band = bands_[static_cast<std::size_t>(angle / kPi * (kNumBands - 0.01F))];
            band.mesh = std::max(band.mesh, std::hypot(x, y));
        }
    }
}

void Scalp::find_hair(const head::FaceCode& code) {
    constexpr float kStep_cm = 0.1F, kFarthest_cm = 16.0F, kSolid = 0.5F;
    std::vector<float> lifts;
    for (int i = 0; i < kNumBands; ++i) {
        Band& band = bands_[static_cast<std::size_t>(i)];
        const float angle = (static_cast<float>(i) + 0.5F) / kNumBands * kPi;
        const float cx = std::cos(angle), cy = -std::sin(angle);
        float outline = 0.7F * band.mesh;
        for (float radius = outline; radius < kFarthest_cm; radius += kStep_cm) {
            const Vec2f at = {
                centre_px_.x + px_per_cm_ * radius * (roll_cos_ * cx - roll_sin_ * cy),
                centre_px_.y + px_per_cm_ * radius * (roll_sin_ * cx + roll_cos_ * cy)};
            if (at.x < 0 || at.y < 0 || at.x >= head::kCanvasSize_px ||
                at.y >= head::kCanvasSize_px ||
                params_.solid(255.0F * matte_at(code.appearance.canvas, at)) < kSolid) {
                break;
            }
            outline = radius;
            band.is_cut = is_beyond_frame(at);
        }
        band.outer = outline - params_.outline_margin_cm;
        lifts.push_back(std::clamp(outline - band.mesh, params_.min_lift_cm, params_.max_lift_cm));
    }
    for (int i = 0; i < kNumBands; ++i) {
        float sum = 0;
        for (int k = -params_.lift_bands; k <= params_.lift_bands; ++k) {
            sum += lifts[static_cast<std::size_t>(std::clamp(i + k, 0, kNumBands - 1))];
        }
        bands_[static_cast<std::size_t>(i)].lift =
            sum / static_cast<float>(2 * params_.lift_bands + 1);
    }
}

void Scalp::lift(const head::Pose& pose, head::PosedHead& posed) const {
    const Eigen::Matrix3f r = rotation_from_pose(pose).cast<float>();
    const float deep = params_.deep_rad(posed.turn_rad);
    for (std::size_t i = 0; i < vertices_.size(); ++i) {
        const Eigen::RowVector3f p = posed.head_space.row(vertices_[i]);
        const Eigen::RowVector3f flat(params_.flat_lift * p.x(),
                                      params_.flat_lift * (p.y() - params_.centre_y_cm),
                                      std::max(0.0F, params_.flat_z_cm - p.z()));
        const Eigen::RowVector3f offset =
            deep * lifts_.row(static_cast<Eigen::Index>(i)) + (1 - deep) * flat;
        posed.camera.row(vertices_[i]) += offset * r.transpose();
    }
}

}  // namespace vasa::decode
