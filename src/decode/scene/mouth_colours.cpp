// SPDX-License-Identifier: Apache-2.0
#include "scene/mouth_colours.h"

#include "scene/sampling.h"

#include "vasa/head/face_measures.h"

#include <algorithm>
#include <cmath>

namespace vasa::decode {
namespace {

using core::Vec2f;
using head::Part;

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

float colour_mouth(const head::HeadModel& model,
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
    const bool is_open =
        head::mouth_gap_px(code.landmarks) > params.min_gap * code.eye_distance_px();
    for (int v = 0; v < model.num_vertices(); ++v) {
        const Part part = model.vertex_parts()[v];
        if (!is_mouth_part(part)) {
            continue;
        }
        const Rgb usual = albedo_of(part, params);
        Rgb c = usual.cwiseProduct(tint);
        c *= luminance(usual.data()) / luminance(c.data());
        c = luminance(c.data()) * Rgb::Ones() * (1 - colourfulness) + colourfulness * c;
        c *= light;
        if (teeth && is_teeth_part(part)) {
            c = params.teeth_luminance * *teeth;
        }
        vertices[v].red = c.x();
        vertices[v].green = c.y();
        vertices[v].blue = c.z();
        // Colours between the portrait's lips are taken from it.
        vertices[v].from_source = is_open ? view.visible[v] * params.inside_lips_px(signed_distance(
                                                                  lips, view.uv[v].x, view.uv[v].y))
                                          : 0;
    }
    return colourfulness;
}

}  // namespace vasa::decode
