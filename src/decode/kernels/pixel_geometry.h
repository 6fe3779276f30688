// SPDX-License-Identifier: Apache-2.0
// What the geometry knows about a frame's pixel, for both CPU and GPU.
#pragma once

#include "kernels/scene.h"

#include "vasa/decode/pixel_record.h"

#include <cmath>

namespace vasa::decode::kernels {

constexpr std::uint8_t kCardPart = 255;
constexpr float kRestStep_cm = 0.001F;  ///< unit of PixelRecord::rest_10um

/// Gathers a pixel's geometry from its samples.
class PixelSum {
  public:
    VASA_HOST_DEVICE PixelSum(const Scene& scene, const Posed& posed)
        : scene_(scene), posed_(posed) {}

    VASA_HOST_DEVICE void add(const head::RasterSample& h, const head::RasterSample& c) {
        if (h.triangle >= 0 && add_head(h)) {
            return;
        }
        if (c.triangle >= 0) {
            add_card(c);
        } else if (h.triangle >= 0) {
            alpha_ += posed_.behind;
        }
    }

    /// @param canvas  canvas pixel that the pixel comes from; unchanged if nothing was seen. Null =
    ///                not wanted.
    VASA_HOST_DEVICE PixelGeometry finish(core::Vec2f* canvas) const {
        constexpr float kSampleWeight = 1.0F / (kOversample * kOversample);
        PixelGeometry out;
        if (weight_ > 0) {
            if (canvas != nullptr) {
                canvas->x = u_ / weight_;
                canvas->y = v_ / weight_;
            }
            out.visibility = seen_ / weight_;
        }
        out.alpha = alpha_ * kSampleWeight;
        out.part = part_;
        out.shading = light_ * kSampleWeight;
        const float length = std::sqrt(normal_[0] * normal_[0] +
                                       (normal_[1] * normal_[1] + normal_[2] * normal_[2]));
        for (int c = 0; c < 3; ++c) {
            out.normal[c] = length > 0 ? normal_[c] / length : 0.0F;
            out.rest_cm[c] = head_weight_ > 0 ? rest_[c] / head_weight_ : 0.0F;
        }
        return out;
    }

  private:
    /// False where the card replaces the mesh.
    VASA_HOST_DEVICE bool add_head(const head::RasterSample& h) {
        const Scene::Corners& t = scene_.head_triangles[h.triangle];
        const float b[3] = {1 - h.b1 - h.b2, h.b1, h.b2};
        float coverage = 0;
        for (int j = 0; j < 3; ++j) {
            coverage += b[j] * posed_.attributes[t[j]].alpha;
        }
        if (!(coverage > 0.5F)) {
            return false;
        }
        const head::Part part = scene_.head_parts[h.triangle];
        part_ = part_value(part);
        const bool is_eye = head::is_eye_part(part);
        float texture_u = 0, texture_v = 0;
        for (int j = 0; j < 3; ++j) {
            const VertexAttributes& vertex = posed_.attributes[t[j]];
            texture_u += b[j] * vertex.u;
            texture_v += b[j] * vertex.v;
            if (scene_.source_places != nullptr) {
                u_ += b[j] * scene_.source_places[t[j]].x;
                v_ += b[j] * scene_.source_places[t[j]].y;
            }
            seen_ += b[j] * vertex.known() * (is_eye ? 0.0F : 1.0F);
            light_ += b[j] * posed_.shading[t[j]];
            for (int c = 0; c < 3; ++c) {
                rest_[c] += b[j] * scene_.rest[3 * t[j] + c];
                normal_[c] += b[j] * posed_.normals[3 * t[j] + c];
            }
        }
        if (is_eye) {
            const int eye = part == head::Part::EyeLeft ? 1 : 0;
            seen_ += sample_rgba(scene_.eyes[eye], texture_u, texture_v)[3] / 255.0F;
        }
        head_weight_ += 1;
        alpha_ += 1;
        weight_ += 1;
        return true;
    }

    VASA_HOST_DEVICE void add_card(const head::RasterSample& c) {
        const Scene::Corners& t = scene_.card_triangles[c.triangle];
        const float b[3] = {1 - c.b1 - c.b2, c.b1, c.b2};
        float u = 0, v = 0;
        for (int j = 0; j < 3; ++j) {
            u += b[j] * scene_.card_places[t[j]].x;
            v += b[j] * scene_.card_places[t[j]].y;
        }
        const float alpha = sample_rgba(scene_.canvas, u, v)[3] / 255.0F;
        part_ = alpha > 0.5F && part_ == 0 ? kCardPart : part_;
        u_ += u;
        v_ += v;
        seen_ += 1;
        alpha_ += alpha;
        weight_ += 1;
    }

    const Scene& scene_;
    const Posed& posed_;
    float u_ = 0, v_ = 0, seen_ = 0, alpha_ = 0, light_ = 0, weight_ = 0, head_weight_ = 0;
    float normal_[3] = {}, rest_[3] = {};
    std::uint8_t part_ = 0;
};

VASA_HOST_DEVICE inline std::uint8_t byte_of(float v) {
    return static_cast<std::uint8_t>(clamped(v, 0.0F, 1.0F) * 255.0F + 0.5F);
}

VASA_HOST_DEVICE inline PixelRecord record_of(const std::uint8_t* rgb,
                                              const PixelGeometry& geometry) {
    PixelRecord record;
    record.visibility = byte_of(geometry.visibility);
    record.alpha = byte_of(geometry.alpha);
    record.part = geometry.part;
    record.shading = byte_of(geometry.shading * 0.5F);
    for (int c = 0; c < 3; ++c) {
        record.rgb[c] = rgb[c];
        record.normal[c] = static_cast<std::int8_t>(::lroundf(geometry.normal[c] * 127.0F));
        record.rest_10um[c] = static_cast<std::int16_t>(
            ::lroundf(clamped(geometry.rest_cm[c], -32.0F, 32.0F) / kRestStep_cm));
    }
    return record;
}

}  // namespace vasa::decode::kernels
