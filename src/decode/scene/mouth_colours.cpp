// SPDX-License-Identifier: Apache-2.0
#include "scene/mouth_colours.h"

#include "scene/sampling.h"

#include "vasa/core/rng.h"
#include "vasa/head/face_measures.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace vasa::decode {
namespace {

using core::Vec2f;
using head::Part;

/// A number that is the same for all portraits with one identity code.
std::uint64_t identity_seed(const head::FaceCode& code) {
    std::uint64_t seed = 0;
    for (const float value : code.identity) {
        seed = 31 * seed + static_cast<std::uint64_t>(std::lround(100.0F * value));
    }
    return seed;
}

/// Colours of the canvas' pixels within a closed line.
std::vector<Rgb> colours_inside(const core::ImageU8& canvas,
                                const std::vector<Vec2f>& edge,
                                float inset_px) {
    const auto [left, right] = std::minmax_element(
        edge.begin(), edge.end(), [](const Vec2f& a, const Vec2f& b) { return a.x < b.x; });
    const auto [top, bottom] = std::minmax_element(
        edge.begin(), edge.end(), [](const Vec2f& a, const Vec2f& b) { return a.y < b.y; });
    std::vector<Rgb> inside;
    for (int y = std::max(0, static_cast<int>(top->y));
         static_cast<float>(y) <= bottom->y && y < canvas.height;
         ++y) {
        for (int x = std::max(0, static_cast<int>(left->x));
             static_cast<float>(x) <= right->x && x < canvas.width;
             ++x) {
            if (signed_distance(edge, static_cast<float>(x), static_cast<float>(y)) > inset_px) {
                const std::uint8_t* c = canvas.at(x, y);
                inside.emplace_back(c[0], c[1], c[2]);
            }
        }
    }
    return inside;
}

Rgb albedo_of(Part part, const MouthColourParams& params) {
    const MouthColourParams::Albedo& a = is_teeth_part(part)    ? params.teeth
                                         : part == Part::Gums   ? params.gums
                                         : part == Part::Tongue ? params.tongue
                                                                : params.lining;
    return {a[0], a[1], a[2]};
}

/// Factor of the albedo at a place of a tooth.
Rgb tooth_shade(Part part,
                const Eigen::RowVector3f& rest,
                std::uint64_t seed,
                const MouthColourParams& params) {
    const bool is_upper = part == Part::TeethUpper;
    const float neck = is_upper ? params.upper_neck_cm(rest.y()) : params.lower_neck_cm(rest.y());
    const float edge = is_upper ? params.upper_edge_cm(rest.y()) : params.lower_edge_cm(rest.y());
    const auto mixed = [](float weight, const MouthColourParams::Albedo& factor) {
        return Rgb(1 + weight * (factor[0] - 1),
                   1 + weight * (factor[1] - 1),
                   1 + weight * (factor[2] - 1));
    };
    constexpr float kToothWidth_cm = 0.7F;
    const auto tooth = static_cast<std::uint64_t>(
        static_cast<std::int64_t>(std::floor(rest.x() / kToothWidth_cm)) + 64 +
        (is_upper ? 128 : 0));
    const auto varied = static_cast<float>(core::Rng(seed).fork(tooth).normal());
    const float x = std::abs(rest.x());
    const bool is_canine = x > params.canine_x_cm[0] && x < params.canine_x_cm[1];
    return (1 + params.tooth_variation * std::clamp(varied, -2.0F, 2.0F)) *
           (is_canine ? params.canine_luminance : 1.0F) *
           mixed(neck, params.tooth_neck).cwiseProduct(mixed(edge, params.tooth_edge));
}

/// Albedo at a place of the mouth: gums between two teeth look like the teeth's sides.
Rgb albedo_at(Part part, const Eigen::RowVector3f& rest, const MouthColourParams& params) {
    Rgb usual = albedo_of(part, params);
    if (part != Part::Gums) {
        return usual;
    }
    const float gap =
        1.0F - std::max(params.upper_neck_cm(rest.y()), params.lower_neck_cm(rest.y()));
    const MouthColourParams::Albedo& a = params.between_teeth;
    return (1 - gap) * usual + gap * Rgb(a[0], a[1], a[2]);
}

/// Factor of the portrait's light on the albedos.
Rgb light_colour(const Rgb& skin, const MouthColourParams& params) {
    const Rgb c = skin.cwiseMax(1.0F);
    const auto of_usual = [&](float channel, float usual) {
        return std::clamp(std::log(channel / c.y()) - usual, -params.max_cast, params.max_cast);
    };
    return {std::exp(params.red_gain * of_usual(c.x(), params.usual_red)),
            1.0F,
            std::exp(params.blue_gain * of_usual(c.z(), params.usual_blue))};
}

/// Luminance of white in the portrait's light, 0..255.
float light_luminance(const head::HeadModel& model,
                      const SourceView& view,
                      float white,
                      const MouthColourParams& params,
                      const std::vector<VertexAttributes>& vertices) {
    std::vector<float> face;
    for (int v = 0; v < model.num_vertices(); ++v) {
        if (model.vertex_parts()[v] == Part::Skin && view.visible[v] > 0.9F) {
            const std::array<float, 3> c = {vertices[v].red, vertices[v].green, vertices[v].blue};
            face.push_back(luminance(c.data()));
        }
    }
    if (face.empty()) {
        face.push_back(128);
    }
    std::sort(face.begin(), face.end());
    const float bright =
        face[face.size() * static_cast<std::size_t>(params.bright_percentile) / 100];
    const float expected = std::min(bright * params.white_over_skin, params.max_light);
    const float light = std::max(
        bright, params.eye_white_weight * white + (1 - params.eye_white_weight) * expected);
    return std::clamp(light, params.min_light, params.max_light);
}

}  // namespace

std::optional<Rgb> teeth_colour(const core::ImageU8& canvas,
                                const std::vector<Vec2f>& lips,
                                const Rgb& skin,
                                const TeethColourParams& params) {
    std::vector<Rgb> inside = colours_inside(canvas, lips, params.inset_px);
    const auto count =
        static_cast<std::ptrdiff_t>(params.bright_fraction * static_cast<float>(inside.size()));
    if (count < params.min_pixels) {
        return std::nullopt;
    }
    std::nth_element(inside.begin(), inside.begin() + count, inside.end(), [](auto& a, auto& b) {
        return luminance(a.data()) > luminance(b.data());
    });
    Rgb sum = Rgb::Zero();
    std::for_each(inside.begin(), inside.begin() + count, [&](const auto& c) { sum += c; });
    sum /= static_cast<float>(count);
    const bool is_pale =
        core::saturation(sum.data()) <
        core::max_teeth_saturation(core::saturation(skin.data()), params.saturation);
    const bool is_light = luminance(sum.data()) > params.luminance_of_skin * luminance(skin.data());
    return is_pale && is_light ? std::optional<Rgb>(sum) : std::nullopt;
}

bool shows_whole_teeth(const head::HeadModel& model,
                       const head::FaceCode& code,
                       const SourceView& view,
                       const std::vector<Vec2f>& lips,
                       const Rgb& teeth,
                       const WholeTeethParams& params) {
    int places = 0, shown = 0;
    for (int v = 0; v < model.num_vertices(); ++v) {
        if (!is_teeth_part(model.vertex_parts()[v]) || view.visible[v] < 0.9F ||
            signed_distance(lips, view.uv[v].x, view.uv[v].y) < params.inset_px) {
            continue;
        }
        ++places;
        const Rgb c = mean_colour(code.appearance.canvas, view.uv[v], 1);
        shown += luminance(c.data()) > params.min_luminance * luminance(teeth.data()) ? 1 : 0;
    }
    return code.source_scale >= params.min_source_scale && places >= params.min_places &&
           static_cast<float>(shown) >= params.min_share * static_cast<float>(places);
}

MouthLight colour_mouth(const head::HeadModel& model,
                        const head::FaceCode& code,
                        const SourceView& view,
                        const std::vector<Vec2f>& lips,
                        const Rgb& skin,
                        float white,
                        const std::optional<Rgb>& teeth,
                        const MouthColourParams& params,
                        std::vector<VertexAttributes>& vertices) {
    const float light = light_luminance(model, view, white, params, vertices);
    const float colourfulness = params.colourfulness(core::saturation(skin.data()));
    const Rgb tint = light_colour(skin, params);
    const std::uint64_t seed = identity_seed(code);
    const bool is_open =
        head::mouth_gap_px(code.landmarks) > params.min_gap * code.eye_distance_px();
    for (int v = 0; v < model.num_vertices(); ++v) {
        const Part part = model.vertex_parts()[v];
        if (!is_mouth_part(part)) {
            continue;
        }
        const Rgb usual = albedo_at(part, model.neutral().row(v), params);
        Rgb c = usual.cwiseProduct(tint);
        c *= luminance(usual.data()) / luminance(c.data());
        c = luminance(c.data()) * Rgb::Ones() * (1 - colourfulness) + colourfulness * c;
        c *= light;
        if (teeth && is_teeth_part(part)) {
            c = params.teeth_luminance * *teeth;
        }
        if (is_teeth_part(part)) {
            c = c.cwiseProduct(tooth_shade(part, model.neutral().row(v), seed, params));
        }
        vertices[v].red = c.x();
        vertices[v].green = c.y();
        vertices[v].blue = c.z();
        // Colours between the portrait's lips are taken from it.
        vertices[v].from_source = is_open ? view.visible[v] * params.inside_lips_px(signed_distance(
                                                                  lips, view.uv[v].x, view.uv[v].y))
                                          : 0;
    }
    return {colourfulness, light};
}

}  // namespace vasa::decode
