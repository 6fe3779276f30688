// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scene/source_view.h"

#include "vasa/head/face_code.h"
#include "vasa/head/head_model.h"

#include <vector>

#include <Eigen/Core>

namespace vasa::decode {

/// Heuristics of the light on a portrait's skin.
struct SkinLightParams {
    float min_visible = 0.9F;  ///< of vertices that tell the light
    float radius = 0.03F;      ///< of the mean colour at a vertex, of the eye distance: no pores
    // The part of the head at rest that is skin in most portraits, cm.
    float side_x_cm = 6.5F, top_y_cm = 7.0F, bottom_y_cm = -9.0F;
    int num_passes = 12;   ///< of reweighting
    float outlier = 1.5F;  ///< median deviations beyond which make-up, beard, hair count little
    // Pull towards even light, of the weights' sum: the higher order would explain a beard.
    float prior_first = 0.02F, prior_second = 0.05F;
    float min_light = 0.25F;  ///< of the mean: nothing is darker
};

/// The light that falls on the head in a portrait, as second-order spherical harmonics of the
/// normal (Ramamoorthi and Hanrahan, An Efficient Representation for Irradiance Environment Maps,
/// 2001), fitted to the skin's luminance.
class SkinLight {
  public:
    /// @param normals  [V, 3] of the head in the portrait, camera space
    SkinLight(const head::HeadModel& model,
              const head::FaceCode& code,
              const SourceView& view,
              const head::Points& normals,
              const SkinLightParams& params = {});

    /// Light that falls on a surface, in the unit of luminance (0..255 on seen skin).
    /// @param normal  of unit length, camera space
    float on(const Eigen::RowVector3f& normal) const;

  private:
    static constexpr int kNumTerms = 9;
    using Terms = Eigen::Matrix<float, kNumTerms, 1>;

    static Terms terms(const Eigen::RowVector3f& n);
    void fit(const std::vector<Terms>& rows, const std::vector<float>& luminances);

    SkinLightParams params_;
    Terms light_ = Terms::Zero();
};

}  // namespace vasa::decode
