// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/scene.h"
#include "scene/eye_shade.h"
#include "scene/eye_texture.h"
#include "scene/lid_blend.h"
#include "scene/lid_rest.h"
#include "scene/mouth_colours.h"
#include "scene/mouth_shading.h"
#include "scene/scalp.h"
#include "scene/skin_blend.h"
#include "scene/skin_colours.h"
#include "scene/source_view.h"

#include <array>
#include <utility>
#include <vector>

namespace vasa::decode {

/// The heuristics of the head layer.
struct HeadLayerParams {
    EyeColour eye_colour = EyeColour::Auto;  ///< of irises that the portrait does not show
    EyeTextureParams eyes;
    EyeShadeParams eye_shade;
    LidRestParams lid_rest;
    LidTextureParams lid_texture;
    LidBlendParams lids;
    TeethColourParams teeth;
    WholeTeethParams whole_teeth;
    LipEdgeParams lip_edge;
    SkinColourParams skin;
    SkinBlendParams skin_blend;
    MouthColourParams mouth;
    MouthShadingParams mouth_shading;
    ScalpParams scalp;
};

/// The head mesh as a textured layer: skin from the portrait, completed eyes, shaded mouth.
class HeadLayer {
  public:
    HeadLayer(const head::HeadModel& model,
              const head::FaceCode& code,
              const head::Person& person,
              const SourceView& view,
              const HeadLayerParams& params = {});

    const EyeTexture& eye(int index) const { return eyes_[index]; }
    /// Triangles that can be visible (the scalp's back and similar parts are left out).
    const std::vector<std::array<int, 3>>& triangles() const { return triangles_; }
    const std::vector<head::Part>& parts() const { return parts_; }
    /// The lid of each triangle: 0 = right eye's, 1 = left eye's, -1 = none.
    const std::vector<signed char>& lid_of() const { return lid_of_; }
    const LidTexture& lid(int index) const { return lids_[index].texture; }

    /// The actions that the head is animated with.
    head::Actions adjusted(const head::Actions& actions) const {
        return lid_rest_.adjusted(actions);
    }
    const Scalp& scalp() const { return scalp_; }
    /// [V] in the portrait's own state, mouth unshaded.
    const std::vector<VertexAttributes>& vertices() const { return base_; }

    /// Attributes of all vertices for a posed head.
    /// @param shading  [V] light on the parts inside the mouth, filled
    /// @param normals  [V, 3] in camera space, filled
    void shade_vertices(const head::HeadModel& model,
                        const head::PosedHead& target,
                        const head::Actions& actions,
                        std::vector<VertexAttributes>& out,
                        std::vector<float>& shading,
                        head::Points& normals) const;

  private:
    void place_textures(const head::HeadModel& model, const SourceView& view);
    void colour(const head::HeadModel& model, const head::FaceCode& code, const SourceView& view);
    void choose_triangles(const head::HeadModel& model);

    HeadLayerParams params_;
    std::vector<std::array<int, 3>> triangles_;
    std::vector<head::Part> parts_;
    std::array<EyeTexture, 2> eyes_;  ///< right eye first
    EyeShade eye_shade_;
    LidRest lid_rest_;
    std::array<LidBlend, 2> lids_;        ///< right eye first
    std::vector<VertexAttributes> base_;  ///< [V] in the portrait's own state, mouth unshaded
    /// Vertices that the portrait should show but that lie on its background, and how much.
    std::vector<std::pair<int, float>> overhang_;
    std::vector<signed char> lid_of_;
    MouthOfPortrait mouth_;
    Scalp scalp_;
};

}  // namespace vasa::decode
