// SPDX-License-Identifier: Apache-2.0
#include "scene/iris_colours.h"

#include "scene/sampling.h"

#include "vasa/core/smoothstep.h"

#include <algorithm>
#include <cmath>

namespace vasa::decode {
namespace {

using Rgb = Eigen::RowVector3f;
using core::smoothstep;

const IrisColourParams::Share& share_of(EyeColour colour, const IrisColourParams& params) {
    switch (colour) {
        case EyeColour::Blue:
            return params.blue;
        case EyeColour::Green:
            return params.green;
        case EyeColour::Grey:
            return params.grey;
        case EyeColour::Hazel:
            return params.hazel;
        case EyeColour::Auto:
        case EyeColour::Brown:
            break;
    }
    return params.brown;
}

/// Mean of the middle of a ring's pixels, sorted by luminance.
Rgb middle_of(std::vector<Rgb>& ring, const IrisColourParams& params) {
    std::sort(ring.begin(), ring.end(), [](const Rgb& a, const Rgb& b) {
        return luminance(a.data()) < luminance(b.data());
    });
    const auto count = static_cast<float>(ring.size());
    const auto from = static_cast<std::size_t>(params.from_share * count);
    const std::size_t to = std::max(from + 1, static_cast<std::size_t>(params.to_share * count));
    Rgb sum = Rgb::Zero();
    for (std::size_t i = from; i < to; ++i) {
        sum += ring[i];
    }
    return sum / static_cast<float>(to - from);
}

/// Radial streaks, about -1..1, the same in every iris.
float fibre(float angle, float radii) {
    return 0.4F * std::sin(23 * angle + 2.1F * radii) + 0.35F * std::sin(41 * angle + 1.3F) +
           0.25F * std::sin(67 * angle - 3.7F * radii);
}

}  // namespace

IrisColours::IrisColours(const EyePatch& known,
                         const IrisDisc& iris,
                         const IrisColourParams& params)
    : params_(params), base_(Rgb::Zero()), white_(Rgb::Zero()) {
    std::vector<std::vector<Rgb>> rings(static_cast<std::size_t>(params.num_rings));
    std::vector<Rgb> own;
    float seen = 0;
    for (int y = 0; y < known.height; ++y) {
        for (int x = 0; x < known.width; ++x) {
            const auto& p = known.at(x, y);
            const float radii = iris.radii(x, y);
            seen += radii < 1 ? p[3] : 0.0F;
            if (p[3] <= 0.5F || radii >= params.profile_end) {
                continue;
            }
            const Rgb colour(p[0], p[1], p[2]);
            rings[static_cast<std::size_t>(radii / params.profile_end *
                                           static_cast<float>(params.num_rings))]
                .push_back(colour);
            if (radii > params.base_from && radii < params.base_to) {
                own.push_back(colour);
            }
        }
    }
    constexpr float kPi = 3.14159265F;
    seen_ = std::min(1.0F, seen / (kPi * iris.radius * iris.radius));
    if (!own.empty()) {
        base_ = middle_of(own, params);
    }
    for (std::size_t k = 0; k < rings.size(); ++k) {
        const float radii =
            (static_cast<float>(k) + 0.5F) / static_cast<float>(rings.size()) * params.profile_end;
        rings_.push_back(rings[k].size() >= static_cast<std::size_t>(params.min_ring_px)
                             ? middle_of(rings[k], params)
                             : model(radii));
    }
}

IrisColours::IrisColours(EyeColour colour,
                         const Rgb& white,
                         float colourful,
                         float light_side,
                         const IrisColourParams& params)
    : params_(params), white_(white), light_side_(light_side) {
    const IrisColourParams::Share& share = share_of(colour, params);
    const Rgb tinted = white.cwiseProduct(Rgb(share[0], share[1], share[2]));
    base_ = colourful * tinted + (1 - colourful) * luminance(tinted.data()) * Rgb::Ones();
}

Rgb IrisColours::model(float radii) const {
    const float in_pupil =
        1 -
        smoothstep(params_.pupil - params_.pupil_edge, params_.pupil + params_.pupil_edge, radii);
    const float ring = (radii - params_.collarette) / params_.collarette_width;
    const float rim = 1 - (1 - params_.limbus_share) * smoothstep(params_.limbus, 1.0F, radii);
    const float light = rim * (1 + params_.collarette_gain * std::exp(-ring * ring));
    return base_ * (in_pupil * params_.pupil_share + (1 - in_pupil) * light);
}

Rgb IrisColours::at(float dx, float dy) const {
    const float radii = std::hypot(dx, dy);
    const bool is_seen = !rings_.empty();
    Rgb colour;
    if (is_seen) {
        const auto last = static_cast<float>(rings_.size()) - 1.001F;
        const float place = std::clamp(
            radii / params_.profile_end * static_cast<float>(rings_.size()) - 0.5F, 0.0F, last);
        const auto ring = static_cast<std::size_t>(place);
        const float t = place - static_cast<float>(ring);
        colour = (1 - t) * rings_[ring] + t * rings_[ring + 1];
    } else {
        colour = model(radii);
    }
    const float amplitude = is_seen ? params_.fibres_of_seen : params_.fibres;
    const float on_iris = smoothstep(params_.pupil, params_.pupil + 0.1F, radii) *
                          (1 - smoothstep(params_.limbus, 1.0F, radii));
    colour *= 1 + amplitude * on_iris * fibre(std::atan2(dy, dx), radii);
    if (!is_seen) {
        const float away = std::hypot(dx - light_side_ * params_.light_x, dy - params_.light_y);
        const float lit =
            params_.light_cover *
            (1 - smoothstep(params_.light_radius, params_.light_radius + params_.light_edge, away));
        const Rgb lamp = (params_.light_gain * white_).cwiseMin(255.0F);
        colour = (1 - lit) * colour + lit * lamp;
    }
    return colour;
}

}  // namespace vasa::decode
