// SPDX-License-Identifier: Apache-2.0
#include "scene/mouth_shading.h"

#include "scene/canvas_colours.h"

#include <algorithm>
#include <cmath>

namespace vasa::decode {
namespace {

using head::Part;

constexpr float kPi = 3.14159265F;

/// The opening between the lips, cm.
struct Window {
    float lip_z, upper_y, centre_x, half_width, opening, area;

    Window(const head::Points& head,
           const MouthOfPortrait& mouth,
           const MouthShadingParams& params) {
        const Eigen::RowVector3f upper = head.row(mouth.upper_lip),
                                 lower = head.row(mouth.lower_lip);
        const float left = head(mouth.corners[0], 0), right = head(mouth.corners[1], 0);
        lip_z = std::max(upper.z(), lower.z());
        upper_y = upper.y();
        centre_x = 0.5F * (left + right);
        half_width = 0.5F * params.width_share * std::abs(right - left);
        opening = std::max(0.0F, upper.y() - lower.y());
        area = params.min_window_cm2 + params.window_gain * 0.5F * kPi * half_width * opening;
    }

    /// Light at a place, of the light outside.
    float light_at(const Eigen::RowVector3f& p, const MouthShadingParams& params) const {
        const float behind = std::max(0.0F, lip_z - p.z() - params.lip_depth_cm);
        const float aside = params.aside * std::max(0.0F, std::abs(p.x() - centre_x) - half_width);
        const float above = params.above * std::max(0.0F, p.y() - upper_y);
        const float square = behind * behind + aside * aside + above * above;
        return area / (area + kPi * square);
    }
};

/// A place inside the mouth of the head at rest.
struct MouthPlace {
    Part part;
    Eigen::RowVector3f rest_cm;
    bool is_of_jaw;  ///< moves as the jaw opens

    MouthPlace(const head::HeadModel& model, int v, const MouthShadingParams& params)
        : part(model.vertex_parts()[v]),
          rest_cm(model.neutral().row(v)),
          is_of_jaw(model.action_basis()[static_cast<int>(head::Action::JawOpen)](v, 1) <
                    -params.min_jaw_drop_cm) {}

    /// Light on the part relative to that at its place.
    float light(const MouthShadingParams& params) const {
        switch (part) {
            case Part::TeethUpper:
                return params.upper_teeth;
            case Part::TeethLower:
                return params.lower_teeth;
            case Part::Gums:
                return light_on_gums(params);
            case Part::Tongue:
                return params.tongue;
            default:
                return params.lining;
        }
    }

    /// Light that it gets wherever the window is.
    float ambient(const MouthShadingParams& params) const {
        if (part == Part::Gums && is_of_jaw) {
            return params.lower_gums_ambient * params.beside_tongue_cm(rest_cm.z());
        }
        return is_teeth_part(part) ? params.teeth_ambient : 0.0F;
    }

  private:
    /// Between two teeth little light reaches the gums.
    float light_on_gums(const MouthShadingParams& params) const {
        return is_of_jaw ? params.lower_gums *
                               (1.0F - params.lower_gap_loss * params.lower_gap_cm(rest_cm.y()))
                         : params.upper_gums *
                               (1.0F - params.upper_gap_loss * params.upper_gap_cm(rest_cm.y()));
    }
};

/// Reflection of the lamp by a wet surface, 0..1.
float highlight(const Eigen::RowVector3f& normal, const MouthShadingParams& params) {
    const Eigen::RowVector3f half = Eigen::RowVector3f(0.0F, params.lamp_height, 1.0F).normalized();
    return std::pow(std::max(0.0F, normal.dot(half)), params.highlight_exponent);
}

}  // namespace

void shade_mouth(const head::HeadModel& model,
                 const head::PosedHead& target,
                 const head::Points& normals,
                 const MouthOfPortrait& mouth,
                 const MouthShadingParams& params,
                 std::vector<VertexAttributes>& vertices,
                 std::vector<float>& shading) {
    const Window window(target.head_space, mouth, params);
    const float own = params.own_opening_cm(std::abs(window.opening - mouth.opening_cm));
    for (int v = 0; v < model.num_vertices(); ++v) {
        const Part part = model.vertex_parts()[v];
        if (!is_mouth_part(part)) {
            continue;
        }
        const bool is_teeth = is_teeth_part(part);
        const Eigen::RowVector3f place = target.head_space.row(v), normal = normals.row(v);
        const float below_lip = params.below_upper_lip_cm(window.upper_y - place.y());
        const float min_facing =
            part == Part::Tongue ? params.tongue_min_facing : params.other_min_facing;
        const float facing = min_facing + (1.0F - min_facing) * std::max(0.0F, normal.z());
        const MouthPlace at(model, v, params);
        const float ambient = at.ambient(params);
        const float received = ambient + (1.0F - ambient) * window.light_at(place, params);
        const float light =
            std::min(params.max_light,
                     at.light(params) * received * facing *
                         (params.lip_shade + (1.0F - params.lip_shade) * below_lip));
        shading[v] = light;
        const float red = is_teeth ? std::pow(std::clamp(light, params.min_shade_for_red, 1.0F),
                                              params.red_in_shade)
                                   : 1.0F;
        const float rest = is_teeth ? 1.0F / std::sqrt(red) : 1.0F;
        const float wet = part == Part::MouthLining ? 0.0F
                          : is_teeth                ? params.teeth_highlight
                                                    : params.tongue_highlight;
        const float shine = wet > 0 ? wet * light * mouth.light * highlight(normal, params) : 0.0F;
        VertexAttributes& vertex = vertices[v];
        vertex.red = shine + vertex.red * light * (1.0F + mouth.colourfulness * (red - 1.0F));
        vertex.green = shine + vertex.green * light * (1.0F + mouth.colourfulness * (rest - 1.0F));
        vertex.blue = shine + vertex.blue * light * (1.0F + mouth.colourfulness * (rest - 1.0F));
        if (!(is_teeth && mouth.keeps_teeth)) {
            vertex.from_source *= own;
        }
    }
}

}  // namespace vasa::decode
