// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/scene.h"
#include "scene/eye_texture.h"
#include "scene/lid_texture.h"
#include "scene/source_view.h"

#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace vasa::decode {

/// The head mesh as a textured layer: skin from the portrait, completed eyes, shaded mouth.
class HeadLayer {
  public:
    HeadLayer(const head::HeadModel& model,
              const head::FaceCode& code,
              const head::Person& person,
              const SourceView& view);

    const EyeTexture& eye(int index) const { return eyes_[index]; }
    /// Triangles that are ever drawn (the scalp's back and the like are left out).
    const std::vector<std::array<int, 3>>& triangles() const { return triangles_; }
    const std::vector<head::Part>& parts() const { return parts_; }
    /// Lid that each triangle belongs to: 0 = right eye's, 1 = left eye's, -1 = none.
    const std::vector<signed char>& lid_of() const { return lid_of_; }
    const LidTexture& lid(int index) const { return lids_[index]; }

    /// Looks of all vertices for a posed head.
    /// @param shading  [V] light on the parts inside the mouth, filled
    /// @param normals  [V, 3] in camera space, filled
    void look(const head::HeadModel& model,
              const head::PosedHead& target,
              const head::Actions& actions,
              std::vector<VertexLook>& out,
              std::vector<float>& shading,
              head::Points& normals) const;

  private:
    /// Where the portrait shows teeth just beside the model's lips, these are not the lips'.
    /// @param edge  inner edge of the lips, canvas pixels
    void clear_lips(const head::HeadModel& model,
                    const head::FaceCode& code,
                    const std::vector<core::Vec2f>& edge);
    void fill_colours(const head::HeadModel& model,
                      const head::FaceCode& code,
                      const SourceView& view);
    /// @param lips  their inner edge, canvas pixels
    /// @param skin  mean colour of the face
    void mouth_colours(const head::HeadModel& model,
                       const head::FaceCode& code,
                       const SourceView& view,
                       const std::vector<core::Vec2f>& lips,
                       const Eigen::RowVector3f& skin);
    void skin_alpha(const head::HeadModel& model,
                    const head::FaceCode& code,
                    const SourceView& view);
    void make_lids(const head::HeadModel& model,
                   const head::FaceCode& code,
                   const head::Person& person);

    std::vector<std::array<int, 3>> triangles_;
    std::vector<head::Part> parts_;
    std::vector<std::vector<int>> neighbours_;
    std::array<EyeTexture, 2> eyes_;
    std::vector<VertexLook> base_;
    /// Vertices that the portrait should show, but has background for, and how much.
    std::vector<std::pair<int, float>> overhang_;
    std::array<std::vector<int>, 2> lid_vertices_;
    std::array<std::vector<float>, 2> lid_hidden_;  ///< how much of the lid only shows when closed
    std::array<LidTexture, 2> lids_;
    std::vector<signed char> lid_of_;
    std::array<float, 2> own_blink_{};         ///< of the portrait, right eye first
    std::optional<Eigen::RowVector3f> teeth_;  ///< colour in the light, where the portrait shows it
    float colourful_ = 1;                      ///< 0 = a black-and-white portrait
    int lip_upper_ = 0, lip_lower_ = 0;
};

}  // namespace vasa::decode
