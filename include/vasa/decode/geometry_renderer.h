// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/decode/pixel_record.h"
#include "vasa/head/face_code.h"
#include "vasa/head/head_model.h"
#include "vasa/head/skin_folds.h"

#include <memory>
#include <vector>

namespace vasa::decode {

/// What the geometry knows about a frame besides its colours; input of the frame decoder network.
/// All images are [512, 512, c].
struct GeometryBuffers {
    core::ImageF flow;        ///< [2] canvas pixel that each frame pixel comes from
    core::ImageF visibility;  ///< [1] 1 = seen by the portrait (or a closed lid), 0 = invented
    core::ImageF alpha;       ///< [1] person (1) over background plate (0)
    core::ImageF normal;      ///< [3] camera-space unit normal of the head, else 0
    core::ImageU8 part;       ///< [1] head::Part + 1; 0 = background, 255 = person card
    core::ImageF shading;     ///< [1] light on teeth, gums, tongue and mouth lining, 0 elsewhere
    core::ImageF rest;        ///< [3] cm, the point's position in the head at rest, or 0
};

/// Renders a FaceCode under any pose and actions by geometry alone, for training and measuring:
/// background plate, person card and head mesh, each a layer of textured triangles seen by one
/// camera. Frames are those of a BatchDecoder without a network; it has no buffers and canvases.
///
/// Construction takes about 0.1 s, once per portrait. render() is deterministic and does not depend
/// on the number of threads; one object serves one thread at a time.
class GeometryRenderer {
  public:
    /// @param folds  must outlive the constructor; null = skin only moves: it neither folds nor
    /// turns
    ///               in the light
    /// @throws Error(Input) if the code was made with another head model.
    GeometryRenderer(const head::HeadModel& model,
                     const head::FaceCode& code,
                     const head::SkinFolds* folds = nullptr);
    ~GeometryRenderer();

    /// @param pose     of the head in the crop's camera (FaceCode::pose = as in the portrait)
    /// @param actions  absolute (FaceCode::actions = as in the portrait)
    /// @param rgb      [512, 512, 3], resized as needed
    /// @param buffers  filled if not null
    void render(const head::Pose& pose,
                const head::Actions& actions,
                core::ImageU8& rgb,
                GeometryBuffers* buffers = nullptr);

    /// Renders the person alone, as a canvas of another pose and other actions: Appearance::canvas
    /// of a portrait taken in that state.
    ///
    /// @param rgba  [1280, 1280, 4] colours (continued beyond the outline) and matte
    void render_canvas(const head::Pose& pose, const head::Actions& actions, core::ImageU8& rgba);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace vasa::decode
