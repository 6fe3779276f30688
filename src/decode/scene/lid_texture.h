// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/head/face_code.h"
#include "vasa/head/head_model.h"

#include <array>
#include <vector>

namespace vasa::decode {

/// Landmarks of the upper lid's edge, from the image's left to its right; right eye first.
constexpr std::array<std::array<int, 9>, 2> kUpperLidEdge = {
    {{33, 246, 161, 160, 159, 158, 157, 173, 133}, {362, 398, 384, 385, 386, 387, 388, 466, 263}}};

/// One closed lid unrolled: x runs along the lid's edge, y across it. A portrait with open eyes
/// does not show it, so it is made from the skin above and below, with lashes as dark as the
/// portrait's.
struct LidTexture {
    static constexpr int kWidth_px = 160, kHeight_px = 104;
    static constexpr float kPixelsPerCm = 40.0F;
    static constexpr float kEdgeRow_px = 84.0F;  ///< where the lid's edge lies

    core::ImageU8 image;  ///< colours, and how much they cover: 255 on the lid, lashes below it
    /// [V] texture pixel of each vertex near the lid, y < 0 elsewhere.
    std::vector<core::Vec2f> place_px;
};

/// @param eye     0 = right (image left), 1 = left
/// @param closed  [V, 3] the person's head with closed eyes, head space
LidTexture make_lid_texture(const head::HeadModel& model,
                            const head::FaceCode& code,
                            const head::Points& closed,
                            int eye);

}  // namespace vasa::decode
