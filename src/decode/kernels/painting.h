// SPDX-License-Identifier: Apache-2.0
// Input of the frame decoder network, where it may paint, and blending of its result over the
// geometry's colours. For both CPU and GPU.
#pragma once

#include "kernels/pixel_geometry.h"

#include "vasa/decode/condition.h"

#include <cmath>

namespace vasa::decode::kernels {

constexpr float kRestUnit_cm = 8.0F;

/// Pixels by which mark_region() widens disoccluded areas, and over which it softens them.
constexpr int kWiden_px = 5, kSoften_px = 3;

/// Channels of a cell of 2×2 pixels in a batch: a multiple of eight, for fast convolutions on a
/// GPU. Those beyond 4 · kNumConditions are 0.
constexpr int kCellChannels = (4 * kNumConditions + 7) / 8 * 8;

VASA_HOST_DEVICE constexpr int channel_of(Condition condition) {
    return static_cast<int>(condition);
}

/// Channel of a part, or -1 for the background.
VASA_HOST_DEVICE inline int part_channel(std::uint8_t part) {
    if (part == kCardPart) {
        return channel_of(Condition::Card);
    }
    if (part == 0) {
        return -1;
    }
    const int channel = channel_of(Condition::Skin) + part - 1;
    const int last = channel_of(Condition::Eye);
    return channel < last ? channel : last;
}

/// All conditions of one record.
/// @param scale  from scale_condition()
/// @param waves  [kNumToothWaves]
/// @param out    [kNumConditions]
VASA_HOST_DEVICE inline void condition_values(const PixelRecord& record,
                                              float scale,
                                              const ToothWave* waves,
                                              float* out) {
    for (int c = 0; c < kNumConditions; ++c) {
        out[c] = 0.0F;
    }
    for (int c = 0; c < 3; ++c) {
        out[channel_of(Condition::Red) + c] = static_cast<float>(record.rgb[c]) / 255.0F - 0.5F;
        out[channel_of(Condition::FacingX) + c] = static_cast<float>(record.normal[c]) / 127.0F;
        out[channel_of(Condition::RestX) + c] =
            static_cast<float>(record.rest_10um[c]) * (kRestStep_cm / kRestUnit_cm);
    }
    out[channel_of(Condition::Visibility)] = static_cast<float>(record.visibility) / 255.0F;
    out[channel_of(Condition::Alpha)] = static_cast<float>(record.alpha) / 255.0F;
    const int part = part_channel(record.part);
    if (part >= 0) {
        out[part] = 1.0F;
    }
    out[channel_of(Condition::Shading)] = static_cast<float>(record.shading) / 127.5F;
    if (is_mouth_value(record.part)) {
        const int step = (record.rest_10um[0] % kNumToothWaves + kNumToothWaves) % kNumToothWaves;
        out[channel_of(Condition::ToothSine)] = waves[step].sine;
        out[channel_of(Condition::ToothCosine)] = waves[step].cosine;
    }
    out[channel_of(Condition::SourceScale)] = scale;
}

/// Whether a pixel is disoccluded: inside the mouth, on the eyes, or hidden skin.
VASA_HOST_DEVICE inline bool is_disoccluded(const PixelRecord& r) {
    const std::uint8_t skin = part_value(head::Part::Skin);
    const bool is_inside = r.part > skin && r.part != kCardPart;
    const bool is_hidden = r.part == skin && r.visibility < 128;
    return is_inside || is_hidden;
}

/// Maximum brightening of a pixel by the network, of 255. Places inside the mouth that the geometry
/// leaves dark stay dark, and lips that the portrait shows hardly change: a network trained mostly
/// on smiles would fill the corners of open mouths with white.
VASA_HOST_DEVICE inline float max_brightening(const PixelRecord& r) {
    constexpr float kMinChange = 8.0F, kVisibleSkin = 20.0F, kUnlimited = 255.0F;
    constexpr float kDark = 0.4F, kLit = 0.8F;
    if (is_mouth_value(r.part)) {
        const float light = static_cast<float>(r.shading) / 127.5F;
        return kMinChange + (kUnlimited - kMinChange) * smoothstep(kDark, kLit, light);
    }
    if (r.part == part_value(head::Part::Skin)) {
        const float seen = static_cast<float>(r.visibility) / 255.0F;
        return kUnlimited + (kVisibleSkin - kUnlimited) * clamped(2.0F * seen - 1.0F, 0.0F, 1.0F);
    }
    return kUnlimited;
}

/// Smallest share of the geometry's light that the network leaves a pixel: inside the mouth it
/// suits light and edges to the portrait, but draws no cracks and no holes where the geometry is
/// lit.
VASA_HOST_DEVICE inline float min_share_of_light(const PixelRecord& r) {
    constexpr float kTeeth = 0.78F, kOfMouth = 0.6F;
    if (!is_mouth_value(r.part)) {
        return 0.0F;
    }
    return is_teeth_value(r.part) ? kTeeth : kOfMouth;
}

/// Removes a colour's excess of green and blue over red that the geometry does not have: networks
/// tint teeth that were rare in training, even in black-and-white portraits.
VASA_HOST_DEVICE inline void limit_tint(const std::uint8_t* geometry, float* colour) {
    const auto beyond_red = [&](int c) {
        const int beyond = geometry[c] - geometry[0];
        return static_cast<float>(beyond > 0 ? beyond : 0);
    };
    const float green = colour[1] - beyond_red(1), blue = colour[2] - beyond_red(2);
    const float min_red = green < blue ? green : blue;
    colour[0] = colour[0] > min_red ? colour[0] : min_red;  // red rises to the lesser of both
    for (int c = 1; c < 3; ++c) {
        const float limit = colour[0] + beyond_red(c);
        colour[c] = colour[c] < limit ? colour[c] : limit;
    }
}

/// Blends the network's change of one pixel over the geometry's colour.
/// @param change  change of three colours and the logit of its blend weight, `step` values apart
/// @param where   from mark_region(), above 0
template <typename Number>
VASA_HOST_DEVICE inline void blend_pixel(
    const PixelRecord& record, const Number* change, int step, float where, std::uint8_t* out) {
    const float logit = static_cast<float>(change[3 * step]);
    const float blend = 255.0F * where / (1.0F + std::exp(-logit));
    const float limit = max_brightening(record), min_share = min_share_of_light(record);
    float colour[3];
    for (int c = 0; c < 3; ++c) {
        const auto drawn = static_cast<float>(record.rgb[c]);
        const float wanted = static_cast<float>(change[c * step]) * blend;
        const float painted = drawn + (wanted < limit ? wanted : limit);
        colour[c] = painted > min_share * drawn ? painted : min_share * drawn;
    }
    if (is_mouth_value(record.part)) {
        limit_tint(record.rgb.data(), colour);
    }
    for (int c = 0; c < 3; ++c) {
        out[c] = static_cast<std::uint8_t>(clamped(colour[c] + 0.5F, 0.0F, 255.0F));
    }
}

/// Edges between lips, teeth and tongue follow the geometry's samples and are sharper than in any
/// photo: there the finished mouth is softened by a Gaussian of 0.65 pixels, elsewhere less.
constexpr int kMouthBlur_px = 2;

/// Blend weight of a pixel's softened colour, 0..1: 1 where teeth, the rest of the mouth's inside
/// and its surroundings meet, a half on its outline, a third within each.
/// @param mouth  [size_px, size_px] the part where a pixel shows the inside of the mouth, else 0
VASA_HOST_DEVICE inline float mouth_softening(const std::uint8_t* mouth,
                                              int size_px,
                                              int x,
                                              int y) {
    constexpr float kOutline = 6.0F;  // of the 3×3 pixels
    constexpr float kEdge = 3.0F;
    constexpr float kWithin = 0.35F;
    const std::uint8_t own = mouth[y * size_px + x];
    int num_inside = 0, num_others = 0;
    for (int dy = -1; dy <= 1; ++dy) {
        for (int dx = -1; dx <= 1; ++dx) {
            const int px = x + dx, py = y + dy;
            if (px >= 0 && py >= 0 && px < size_px && py < size_px) {
                const std::uint8_t part = mouth[py * size_px + px];
                num_inside += part != 0 ? 1 : 0;
                num_others +=
                    (part != 0) != (own != 0) || is_teeth_value(part) != is_teeth_value(own) ? 1
                                                                                             : 0;
            }
        }
    }
    const float inside = clamped(static_cast<float>(num_inside) / kOutline, 0.0F, 1.0F);
    const float edge = clamped(static_cast<float>(num_others) / kEdge, 0.0F, 1.0F);
    return inside * (kWithin + (1.0F - kWithin) * edge);
}

/// Computes a softened pixel of a frame.
/// @param rgb    [size_px, size_px, 3] the finished frame
/// @param blend  mouth_softening()
VASA_HOST_DEVICE inline void soften_mouth(
    const std::uint8_t* rgb, int size_px, int x, int y, float blend, std::uint8_t* out) {
    constexpr float kWeights[2 * kMouthBlur_px + 1] = {0.0054F, 0.1879F, 0.6134F, 0.1879F, 0.0054F};
    float sum[3] = {};
    for (int dy = -kMouthBlur_px; dy <= kMouthBlur_px; ++dy) {
        for (int dx = -kMouthBlur_px; dx <= kMouthBlur_px; ++dx) {
            const int px = x + dx < 0 ? 0 : x + dx < size_px ? x + dx : size_px - 1;
            const int py = y + dy < 0 ? 0 : y + dy < size_px ? y + dy : size_px - 1;
            const float weight = kWeights[dx + kMouthBlur_px] * kWeights[dy + kMouthBlur_px];
            for (int c = 0; c < 3; ++c) {
                sum[c] += weight * static_cast<float>(rgb[3 * (py * size_px + px) + c]);
            }
        }
    }
    for (int c = 0; c < 3; ++c) {
        const auto own = static_cast<float>(rgb[3 * (y * size_px + x) + c]);
        out[c] =
            static_cast<std::uint8_t>(clamped(own + blend * (sum[c] - own) + 0.5F, 0.0F, 255.0F));
    }
}

}  // namespace vasa::decode::kernels
