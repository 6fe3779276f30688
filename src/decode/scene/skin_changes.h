// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/scene.h"
#include "scene/ramp.h"
#include "scene/skin_light.h"
#include "scene/source_view.h"

#include "vasa/core/image.h"
#include "vasa/head/actions.h"
#include "vasa/head/face_code.h"
#include "vasa/head/head_model.h"
#include "vasa/head/pose.h"
#include "vasa/head/skin_folds.h"

#include <array>
#include <vector>

namespace vasa::decode {

/// Heuristics of folds and light on moved skin.
struct SkinChangesParams {
    SkinLightParams light;
    // Skin also scatters light, and the estimate from one portrait is uncertain.
    float light_strength = 0.6F;  ///< of the change of light
    float max_light = 0.3F;       ///< of its logarithm
    int light_passes = 3;         ///< of smoothing over neighbours: the mesh's creases are no light
    // Folds are as deep as the skin is rough: children, smooth and painted faces have hardly any.
    // The pairs of pictures that folds are learned from have .009 to .025, on average .013; their
    // folds' depths are .65 to 1.6 of the mean.
    Ramp roughness = {0.004F, 0.022F};
    float smooth_strength = 0.5F, rough_strength = 1.5F;  ///< of folds at both its ends
    // Light in a fold comes through the skin, which lets red pass: shares of the change in red,
    // green and blue, as the pairs show them, on skin of this saturation; none on a grey picture.
    std::array<float, 3> tint = {0.89F, 1.10F, 1.08F};
    float full_saturation = 0.25F;
    float pore = 0.02F;              ///< of the eye distance: skin is rough at scales below
    float removed = 0.7F;            ///< share of the portrait's own folds that can be removed
    Ramp left_x_cm = {-0.8F, 0.8F};  ///< from the strengths of the right side to those of the left
    // The card shows the same pixels where the mesh's cover ends, so that nothing is seen of the
    // border if the change ends within it.
    Ramp cover = {0.0F, 0.6F};
    int border_passes = 2;  ///< of smoothing over neighbours, downwards
    // Hair, glasses and beards do not fold. Brightness relative to lit skin, and distance of the
    // colour's shares of red and green from the skin's.
    float radius = 0.02F;  ///< of the mean colour at a vertex, of the eye distance
    Ramp not_dark = {0.45F, 0.72F}, not_bright = {1.8F, 1.45F}, skin_hue = {0.10F, 0.05F};
    int support_passes = 3;  ///< of smoothing over neighbours
};

/// How skin changes besides moving: it folds under expressions, and light falls on it from another
/// side when the head turns. The light on folds is in what they are learned from.
class SkinChanges {
  public:
    /// @param vertices    [V] of the head in the portrait
    /// @param neighbours  vertex_neighbours()
    SkinChanges(const head::HeadModel& model,
                const head::FaceCode& code,
                const SourceView& view,
                const std::vector<VertexAttributes>& vertices,
                const head::SkinFolds& folds,
                const SkinChangesParams& params = {});

    /// [SkinMap::kHeight, SkinMap::kWidth, kNumFolds], as an image.
    const core::ImageU8& folds() const { return folds_; }
    /// Share of a fold's change in red, green and blue.
    const std::array<float, 3>& tint() const { return tint_; }
    /// [V] places on it.
    const std::vector<core::Vec2f>& places() const { return places_; }

    /// Changes of a posed head; exactly none in the portrait's own state.
    /// @param out  [V]
    void of_frame(const head::Actions& actions,
                  const head::Pose& pose,
                  std::vector<SkinChange>& out) const;

  private:
    void find_border(const std::vector<VertexAttributes>& vertices);
    void find_support(const head::HeadModel& model,
                      const head::FaceCode& code,
                      const SourceView& view);
    /// Median contrast of the skin at the scale of pores and lines, logarithm of luminance.
    float roughness(const head::HeadModel& model,
                    const head::FaceCode& code,
                    const SourceView& view) const;
    void change_light(const head::Pose& pose, std::vector<SkinChange>& out) const;

    SkinChangesParams params_;
    core::ImageU8 folds_;
    std::vector<core::Vec2f> places_;
    std::vector<std::vector<int>> neighbours_;
    std::array<head::FoldStrengths, 2> own_{};  ///< in the portrait
    head::Pose own_pose_;
    head::Points normals_;  ///< [V, 3] in the portrait, camera space
    SkinLight light_;
    float strength_ = 1;  ///< of folds
    std::array<float, 3> tint_{};
    std::vector<int> skin_;         ///< vertices that change
    std::vector<float> border_;     ///< [V] 0 at the mesh's border
    std::vector<float> support_;    ///< [V] 1 = skin that folds
    std::vector<float> seen_;       ///< [V] by the portrait
    std::vector<float> left_;       ///< [V] 1 on the left side of the face
    std::vector<float> log_light_;  ///< [V] in the portrait
};

}  // namespace vasa::decode
