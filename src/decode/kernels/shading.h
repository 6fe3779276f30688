// SPDX-License-Identifier: Apache-2.0
// From camera-space points to colours, for both CPU and GPU.
#pragma once

#include "kernels/scene.h"

namespace vasa::decode::kernels {

/// Projects a camera-space point to the samples of a square of `size_px`. The optical axis meets
/// the square's centre.
/// @param focal_px  of the frame
/// @param push_cm   added to the distance in the depth test
VASA_HOST_DEVICE inline head::ScreenVertex project(float focal_px,
                                                   const float* p,
                                                   int size_px,
                                                   float push_cm) {
    head::ScreenVertex out;
    if (p[2] > -1.0F) {
        out.inv_z = -1;
        return out;
    }
    const float iz = -1.0F / p[2];
    const float f = focal_px * kOversample, half = static_cast<float>(size_px) / 2.0F;
    out.x = half + f * p[0] * iz;
    out.y = half - f * p[1] * iz;
    out.inv_z = 1.0F / (-p[2] + push_cm);
    return out;
}

VASA_HOST_DEVICE inline float push_of(head::Part part) {
    if (head::is_eye_part(part)) {
        return kEyePush_cm;
    }
    return part == head::Part::Skin ? 0.0F : kMouthPush_cm;
}

/// Colour of the head mesh.
/// @param alpha  its cover of the person card, 0..1
VASA_HOST_DEVICE inline Float4 shade_head(const Scene& scene,
                                          const Posed& posed,
                                          const head::RasterSample& s,
                                          float& alpha) {
    const Scene::Corners& t = scene.head_triangles[s.triangle];
    const VertexAttributes& p = posed.attributes[t[0]];
    const VertexAttributes& q = posed.attributes[t[1]];
    const VertexAttributes& r = posed.attributes[t[2]];
    const float a = 1 - s.b1 - s.b2, b = s.b1, c = s.b2;
    const float u = a * p.u + b * q.u + c * r.u, v = a * p.v + b * q.v + c * r.v;
    const float from_source = a * p.from_source + b * q.from_source + c * r.from_source;
    // Steep, so that the border is an edge and not a veil where nothing lies behind it.
    alpha = clamped(5.0F * (a * p.alpha + b * q.alpha + c * r.alpha) - 2.0F, 0.0F, 1.0F);
    Float4 colour = splat(0.0F);
    if (from_source < 0.999F) {
        colour = Float4{a * p.red + b * q.red + c * r.red,
                        a * p.green + b * q.green + c * r.green,
                        a * p.blue + b * q.blue + c * r.blue,
                        255.0F};
    }
    if (from_source > 0.001F) {
        const head::Part part = scene.head_parts[s.triangle];
        const ImageView& texture = head::is_eye_part(part)
                                       ? scene.eyes[part == head::Part::EyeLeft ? 1 : 0]
                                       : scene.canvas;
        const Float4 source = sample_rgba(texture, u, v);
        colour = from_source >= 0.999F
                     ? source
                     : colour * splat(1 - from_source) + source * splat(from_source);
    }
    const signed char lid = scene.lid_of[s.triangle];
    const float closed = lid >= 0 ? a * p.lid + b * q.lid + c * r.lid : 0.0F;
    if (closed > 0.001F) {
        const core::Vec2f* const places = scene.lid_places[lid];
        const core::Vec2f &i = places[t[0]], &j = places[t[1]], &k = places[t[2]];
        const Float4 skin =
            sample_rgba(scene.lids[lid], a * i.x + b * j.x + c * k.x, a * i.y + b * j.y + c * k.y);
        const float cover = closed * skin[3] * (1.0F / 255.0F);
        colour = colour * splat(1 - cover) + skin * splat(cover);
    }
    return colour;
}

/// Whether the head shows behind the person card at one of its samples.
VASA_HOST_DEVICE inline bool shows_behind(const Posed& posed, const head::RasterSample& s) {
    return posed.behind > 0 && s.triangle >= 0;
}

/// Cover of the person card where the head lies behind it: the soft edge of the matte holds the
/// portrait's background, which would draw a line across the hair.
VASA_HOST_DEVICE inline float cover_before_head(const Posed& posed, float alpha) {
    const float firm = clamped(4.0F * alpha - 3.0F, 0.0F, 1.0F);
    return alpha + (firm - alpha) * posed.behind;
}

/// Adds what shows of the head behind the person card to a sample of both layers.
/// @param colour  times its cover
/// @param cover   of both layers
VASA_HOST_DEVICE inline void add_behind(const Scene& scene,
                                        const Posed& posed,
                                        const head::RasterSample& s,
                                        Float4& colour,
                                        float& cover) {
    if (cover < 0.999F) {
        const float share = posed.behind * (1 - cover);
        float front = 0;
        colour = colour + shade_head(scene, posed, s, front) * splat(share);
        cover += share;
    }
}

/// Colour of a sample of both layers, times its cover, which is the fourth value (0..1).
VASA_HOST_DEVICE inline Float4 shade(const Scene& scene,
                                     const Posed& posed,
                                     const head::RasterSample& head_sample,
                                     const head::RasterSample& card_sample) {
    float cover = 0;
    Float4 colour = splat(0.0F);
    if (head_sample.triangle >= 0) {
        colour = shade_head(scene, posed, head_sample, cover);
        colour = colour * splat(cover);
    }
    if (cover < 0.999F && card_sample.triangle >= 0) {
        const Scene::Corners& t = scene.card_triangles[card_sample.triangle];
        const float a = 1 - card_sample.b1 - card_sample.b2;
        const core::Vec2f &p = scene.card_places[t[0]], &q = scene.card_places[t[1]],
                          &r = scene.card_places[t[2]];
        const Float4 c = sample_rgba(scene.canvas,
                                     a * p.x + card_sample.b1 * q.x + card_sample.b2 * r.x,
                                     a * p.y + card_sample.b1 * q.y + card_sample.b2 * r.y);
        const bool is_behind = shows_behind(posed, head_sample);
        const float own = c[3] * (1.0F / 255.0F);
        const float alpha = (is_behind ? cover_before_head(posed, own) : own) * (1 - cover);
        colour = colour + c * splat(alpha);
        cover += alpha;
    }
    if (shows_behind(posed, head_sample)) {
        add_behind(scene, posed, head_sample, colour, cover);
    }
    colour[3] = cover;
    return colour;
}

/// A frame pixel from the sum of its samples' shade(), over the background.
VASA_HOST_DEVICE inline void finish_pixel(const Float4& sum,
                                          const std::uint8_t* behind,
                                          std::uint8_t* out) {
    constexpr float kSampleWeight = 1.0F / (kOversample * kOversample);
    const float rest = 1 - sum[3] * kSampleWeight;
    const Float4 under = {static_cast<float>(behind[0]),
                          static_cast<float>(behind[1]),
                          static_cast<float>(behind[2]),
                          0.0F};
    store_rgb(sum * splat(kSampleWeight) + splat(rest) * under + splat(0.5F), out);
}

}  // namespace vasa::decode::kernels
