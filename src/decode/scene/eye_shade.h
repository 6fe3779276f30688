// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/scene.h"
#include "scene/eye_texture.h"
#include "scene/ramp.h"
#include "scene/source_view.h"

#include "vasa/head/head_model.h"

#include <array>
#include <vector>

namespace vasa::decode {

/// How lids shade an eyeball. Lengths are those of the head, in cm.
struct EyeShadeParams {
    float upper = 0.7F, upper_reach_cm = 0.2F;  ///< of the upper lid with its lashes
    float lower = 0.16F, lower_reach_cm = 0.07F;
    float corner = 0.4F, corner_reach_cm = 0.3F;  ///< where the ball curves away from the light
    float shadow_light = 0.22F;                   ///< of the white's light, in full shade
    std::array<float, 3> shadow_tint = {1.12F, 0.95F, 0.9F};  ///< light comes through the lids

    // The pink at the inner corner of an invented eye; others show their own.
    float caruncle = 0.75F, caruncle_reach_cm = 0.16F;
    std::array<float, 3> caruncle_tint = {0.98F, 0.66F, 0.60F};  ///< relative to the white

    /// Lid gap beyond the portrait's, cm, over which an invented eye replaces what the portrait
    /// shows at its place: shut lids.
    Ramp opened_cm = {0.02F, 0.14F};
};

/// The shade of both eyes' lids on the eyeballs: it moves with the lids, not with the eye. What the
/// portrait's own pixels already hold is left out.
class EyeShade {
  public:
    EyeShade() = default;
    /// @param view      the head in the portrait
    /// @param vertices  [V] of the head, textures placed
    EyeShade(const head::HeadModel& model,
             const head::FaceCode& code,
             const SourceView& view,
             const std::array<EyeTexture, 2>& eyes,
             const std::vector<VertexAttributes>& vertices,
             const EyeShadeParams& params);

    /// Shades the eyeballs' vertices.
    /// @param head  [V, 3] head space
    void apply(const head::HeadModel& model,
               const head::Points& head,
               std::vector<VertexAttributes>& vertices) const;

  private:
    struct Eye {
        std::vector<int> vertices;
        std::vector<float> baked;      ///< shade that the portrait's pixels hold
        std::array<float, 3> white{};  ///< 0..255
        std::vector<Rgb> shut;         ///< canvas colours at the vertices of an invented eye
        float own_gap_cm = 0;
        bool is_invented = false, is_covered = false;
    };

    EyeShadeParams params_;
    std::array<Eye, 2> eyes_;
};

}  // namespace vasa::decode
