// SPDX-License-Identifier: Apache-2.0
#include "scene/mouth_shading.h"

#include "scene/canvas_colours.h"

#include <algorithm>
#include <cmath>

namespace vasa::decode {
namespace {

using head::Part;

/// How far the lips are open for light, 0..1.
struct Opening {
    float parted, wide;
};

/// 1 where gums lie between two teeth, where little light reaches them.
float between_teeth(float y_cm, const MouthShadingParams& params) {
    return y_cm > params.rows_border_cm ? params.upper_gap_cm(y_cm) : params.lower_gap_cm(y_cm);
}

/// Light on a part right behind the lips.
float light_at_lips(Part part, const Opening& opening, const MouthShadingParams& params) {
    if (is_teeth_part(part) || part == Part::Gums) {
        return params.row_closed + params.row_gain * opening.parted;
    }
    return part == Part::Tongue ? params.tongue_closed + params.tongue_gain * opening.wide
                                : params.lining_closed + params.lining_gain * opening.wide;
}

/// Fraction of that light at some depth.
float fade(Part part, float depth_cm, const MouthShadingParams& params) {
    if (is_teeth_part(part) || part == Part::Gums) {
        return std::exp(-(depth_cm * depth_cm) / (params.row_decay_cm * params.row_decay_cm));
    }
    return std::exp(-depth_cm /
                    (part == Part::MouthLining ? params.lining_decay_cm : params.tongue_decay_cm));
}

float light_on_part(Part part, float rest_y_cm, const MouthShadingParams& params) {
    switch (part) {
        case Part::TeethUpper:
            return params.upper_teeth;
        case Part::TeethLower:
            return params.lower_teeth;
        case Part::Gums:
            return 1.0F - params.gum_gap_loss * between_teeth(rest_y_cm, params);
        default:
            return 1.0F;
    }
}

}  // namespace

void shade_mouth(const head::HeadModel& model,
                 const head::PosedHead& target,
                 const head::Points& normals,
                 const MouthOfPortrait& mouth,
                 const MouthShadingParams& params,
                 std::vector<VertexAttributes>& vertices,
                 std::vector<float>& shading) {
    const Eigen::RowVector3f upper = target.head_space.row(mouth.upper_lip),
                             lower = target.head_space.row(mouth.lower_lip);
    const float lip_z = std::max(upper.z(), lower.z());
    const float opening_cm = std::max(0.0F, upper.y() - lower.y());
    const Opening opening = {params.parted_cm(opening_cm), params.wide_cm(opening_cm)};
    for (int v = 0; v < model.num_vertices(); ++v) {
        const Part part = model.vertex_parts()[v];
        if (!is_mouth_part(part)) {
            continue;
        }
        const float depth_cm =
            std::max(0.0F, lip_z - target.head_space(v, 2) - params.lip_depth_cm);
        const float below_lip = params.below_upper_lip_cm(upper.y() - target.head_space(v, 1));
        const float min_facing =
            part == Part::Tongue ? params.tongue_min_facing : params.other_min_facing;
        const float facing = min_facing + (1.0F - min_facing) * std::max(0.0F, normals(v, 2));
        const float light =
            light_on_part(part, model.neutral()(v, 1), params) *
            light_at_lips(part, opening, params) * facing *
            (params.min_light + (1.0F - params.min_light) * fade(part, depth_cm, params)) *
            (params.lip_shade + (1.0F - params.lip_shade) * below_lip);
        shading[v] = light;
        const float red =
            is_teeth_part(part)
                ? std::pow(std::clamp(light, params.min_shade_for_red, 1.0F), params.red_in_shade)
                : 1.0F;
        const float rest = is_teeth_part(part) ? 1.0F / std::sqrt(red) : 1.0F;
        vertices[v].red *= light * (1.0F + mouth.colourfulness * (red - 1.0F));
        vertices[v].green *= light * (1.0F + mouth.colourfulness * (rest - 1.0F));
        vertices[v].blue *= light * (1.0F + mouth.colourfulness * (rest - 1.0F));
    }
}

}  // namespace vasa::decode
