// SPDX-License-Identifier: Apache-2.0
#include "head_top.h"

#include "vasa/head/face_code.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

namespace vasa::face {
namespace {

constexpr int kEdge_px = 6;     ///< matte and colours at the image's border are unreliable
constexpr int kTexture_px = 5;  ///< rows whose texture is repeated back and forth

/// Height of the cap that a cut of this width takes off a round head; flatter where hair makes the
/// cut wider than the head.
float cap_height(float width, float head_width) {
    constexpr float kMaxHeight = 0.3F;  // relative to the width
    const float r = 0.5F * head_width;
    const float to_centre = std::sqrt(std::max(0.0F, r * r - 0.25F * width * width));
    return std::min(r - to_centre, kMaxHeight * width);
}

}  // namespace

void complete_head_top(core::ImageU8& canvas,
                       core::ImageF& matte,
                       const CanvasRect& inside,
                       const head::Landmarks& crop_landmarks) {
    const int cut_y = inside.y0 + kEdge_px;
    if (inside.y0 == 0 || inside.x1 <= inside.x0 || inside.y1 <= cut_y + kTexture_px) {
        return;
    }
    const std::vector<float> cut(matte.row(cut_y), matte.row(cut_y) + matte.width);
    float width = 0, centre = 0;
    for (int x = inside.x0; x < inside.x1; ++x) {
        width += cut[x];
        centre += cut[x] * static_cast<float>(x);
    }
    if (width < 1) {
        return;
    }
    centre /= width;
    constexpr float kHairWidth = 1.25F;  // width of the head with hair / between the temples
    const core::Vec2f a = crop_landmarks[head::kTemples[0]], b = crop_landmarks[head::kTemples[1]];
    const float height =
        cap_height(width, kHairWidth * head::kCanvasScale * std::hypot(b.x - a.x, b.y - a.y));
    if (height < 1) {
        return;
    }
    // Radius of the circle through the ends and the top of the cap.
    const float radius = (0.25F * width * width + height * height) / (2 * height);
    for (int y = 0; y < cut_y; ++y) {
        const float up = static_cast<float>(cut_y - y) + radius - height;
        const float narrowing =
            up < radius ? std::sqrt(radius * radius - up * up) / (0.5F * width) : 0.0F;
        const int wave = (cut_y - y) % (2 * kTexture_px);
        const int lender_y = cut_y + std::min(wave, 2 * kTexture_px - wave);
        for (int x = 0; x < canvas.width; ++x) {
            const float from = centre + (static_cast<float>(x) - centre) / (narrowing + 1e-3F);
            const bool reaches = narrowing > 0 && from >= static_cast<float>(inside.x0) &&
                                 from < static_cast<float>(inside.x1);
            const float alpha = reaches ? cut[static_cast<int>(from)] : 0.0F;
            *matte.at(x, y) = alpha;
            if (alpha > 0.0F) {
                const std::uint8_t* lender = canvas.at(static_cast<int>(from), lender_y);
                std::copy(lender, lender + 3, canvas.at(x, y));
            }
        }
    }
}

}  // namespace vasa::face
