// SPDX-License-Identifier: Apache-2.0
#include "scene/skin_light.h"

#include "scene/canvas_colours.h"

#include "vasa/core/colour.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Cholesky>

namespace vasa::decode {
namespace {

float median_of(std::vector<float> values) {
    const auto middle = values.begin() + static_cast<long>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

}  // namespace

SkinLight::Terms SkinLight::terms(const Eigen::RowVector3f& n) {
    Terms t;
    t << 1, n.x(), n.y(), n.z(), n.x() * n.y(), n.x() * n.z(), n.y() * n.z(),
        n.x() * n.x() - n.y() * n.y(), 3 * n.z() * n.z() - 1;
    return t;
}

SkinLight::SkinLight(const head::HeadModel& model,
                     const head::FaceCode& code,
                     const SourceView& view,
                     const head::Points& normals,
                     const SkinLightParams& params)
    : params_(params) {
    const int radius_px =
        std::max(1, static_cast<int>(params.radius * code.eye_distance_px() * head::kCanvasScale));
    std::vector<Terms> rows;
    std::vector<float> luminances;
    for (int v = 0; v < model.num_vertices(); ++v) {
        const Eigen::RowVector3f p = model.neutral().row(v);
        if (model.vertex_parts()[v] == head::Part::Skin && view.visible[v] > params.min_visible &&
            std::fabs(p.x()) < params.side_x_cm && p.y() < params.top_y_cm &&
            p.y() > params.bottom_y_cm) {
            const Rgb c = mean_colour(code.appearance.canvas, view.uv[v], radius_px);
            rows.push_back(terms(normals.row(v)));
            luminances.push_back(core::luminance(c[0], c[1], c[2]));
        }
    }
    light_[0] = 1;  // even light where the portrait shows no skin
    if (rows.size() > 10 * kNumTerms) {
        fit(rows, luminances);
    }
}

void SkinLight::fit(const std::vector<Terms>& rows, const std::vector<float>& luminances) {
    std::vector<float> weights(rows.size(), 1.0F), errors(rows.size());
    for (int pass = 0; pass < params_.num_passes; ++pass) {
        Eigen::Matrix<float, kNumTerms, kNumTerms> a;
        a.setZero();
        Terms b = Terms::Zero();
        float sum = 0;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            a.noalias() += weights[i] * rows[i] * rows[i].transpose();
            b += weights[i] * luminances[i] * rows[i];
            sum += weights[i];
        }
        for (int k = 1; k < kNumTerms; ++k) {
            a(k, k) += sum * (k < 4 ? params_.prior_first : params_.prior_second);
        }
        light_ = a.ldlt().solve(b);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            errors[i] = std::fabs(luminances[i] - rows[i].dot(light_));
        }
        const float scale = std::max(params_.outlier * 1.48F * median_of(errors), 1.0F);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const float e = errors[i] / scale;
            weights[i] = 1.0F / (1.0F + e * e);  // Cauchy's
        }
    }
}

float SkinLight::on(const Eigen::RowVector3f& normal) const {
    return std::max(terms(normal).dot(light_), params_.min_light * std::fabs(light_[0]));
}

}  // namespace vasa::decode
