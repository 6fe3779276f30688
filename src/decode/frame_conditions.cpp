// SPDX-License-Identifier: Apache-2.0
#include "vasa/decode/frame_conditions.h"

#include <algorithm>
#include <cmath>

namespace vasa::decode {
namespace {

using head::Part;

constexpr float kRestUnit_cm = 8.0F;
constexpr float kRestStep_cm = 0.001F;
constexpr float kTwoTeeth_cm = 1.7F;
constexpr std::uint8_t kCardPart = 255;

std::uint8_t to_byte(float v) {
    return static_cast<std::uint8_t>(std::clamp(v, 0.0F, 1.0F) * 255.0F + 0.5F);
}

/// Channel of a part, or -1 for the background.
int part_channel(std::uint8_t part) {
    if (part == kCardPart) {
        return static_cast<int>(Condition::Card);
    }
    if (part == 0) {
        return -1;
    }
    return std::min(static_cast<int>(Condition::Skin) + part - 1, static_cast<int>(Condition::Eye));
}

}  // namespace

PixelRecord make_record(const std::uint8_t* rgb, const PixelGeometry& geometry) {
    PixelRecord record;
    std::copy_n(rgb, 3, record.rgb.begin());
    record.visibility = to_byte(geometry.visibility);
    record.alpha = to_byte(geometry.alpha);
    record.part = geometry.part;
    record.shading = to_byte(geometry.shading * 0.5F);
    for (int c = 0; c < 3; ++c) {
        record.normal[c] = static_cast<std::int8_t>(std::lround(geometry.normal[c] * 127.0F));
        record.rest_10um[c] = static_cast<std::int16_t>(
            std::lround(std::clamp(geometry.rest_cm[c], -32.0F, 32.0F) / kRestStep_cm));
    }
    return record;
}

void record_pixels(const core::ImageU8& rgb,
                   const GeometryBuffers& buffers,
                   const PixelRect& rect,
                   PixelRecord* out) {
    for (int y = rect.y; y < rect.y + rect.height; ++y) {
        const int cy = std::clamp(y, 0, rgb.height - 1);
        for (int x = rect.x; x < rect.x + rect.width; ++x, ++out) {
            const int cx = std::clamp(x, 0, rgb.width - 1);
            PixelGeometry pixel;
            pixel.visibility = *buffers.visibility.at(cx, cy);
            pixel.alpha = *buffers.alpha.at(cx, cy);
            pixel.part = *buffers.part.at(cx, cy);
            pixel.shading = *buffers.shading.at(cx, cy);
            std::copy_n(buffers.normal.at(cx, cy), 3, pixel.normal.begin());
            std::copy_n(buffers.rest.at(cx, cy), 3, pixel.rest_cm.begin());
            *out = make_record(rgb.at(cx, cy), pixel);
        }
    }
}

void fill_conditions(const PixelRecord* records, int num_pixels, float source_scale, float* out) {
    std::fill_n(out, static_cast<std::size_t>(kNumConditions) * num_pixels, 0.0F);
    const float scale = std::clamp(std::log2(std::max(source_scale, 1e-3F)), -2.0F, 1.0F);
    const auto channel = [&](Condition c) {
        return out + static_cast<std::ptrdiff_t>(c) * num_pixels;
    };
    for (int i = 0; i < num_pixels; ++i) {
        const PixelRecord& r = records[i];
        for (int c = 0; c < 3; ++c) {
            channel(Condition::Red)[c * num_pixels + i] =
                static_cast<float>(r.rgb[c]) / 255.0F - 0.5F;
            channel(Condition::FacingX)[c * num_pixels + i] =
                static_cast<float>(r.normal[c]) / 127.0F;
            channel(Condition::RestX)[c * num_pixels + i] =
                static_cast<float>(r.rest_10um[c]) * (kRestStep_cm / kRestUnit_cm);
        }
        channel(Condition::Visibility)[i] = static_cast<float>(r.visibility) / 255.0F;
        channel(Condition::Alpha)[i] = static_cast<float>(r.alpha) / 255.0F;
        const int part = part_channel(r.part);
        if (part >= 0) {
            out[static_cast<std::ptrdiff_t>(part) * num_pixels + i] = 1.0F;
        }
        channel(Condition::Shading)[i] = static_cast<float>(r.shading) / 127.5F;
        if (is_mouth_value(r.part)) {
            const float phase = 2.0F * static_cast<float>(M_PI) / kTwoTeeth_cm * kRestStep_cm *
                                static_cast<float>(r.rest_10um[0]);
            channel(Condition::ToothSine)[i] = std::sin(phase);
            channel(Condition::ToothCosine)[i] = std::cos(phase);
        }
        channel(Condition::SourceScale)[i] = scale;
    }
}

void mark_lost(const PixelRecord* records, int num_pixels, float* out) {
    for (int i = 0; i < num_pixels; ++i) {
        const PixelRecord& r = records[i];
        const bool is_inside = r.part > part_value(Part::Skin) && r.part != kCardPart;
        const bool is_hidden = r.part == part_value(Part::Skin) && r.visibility < 128;
        out[i] = is_inside || is_hidden ? 1.0F : 0.0F;
    }
}

}  // namespace vasa::decode
