// SPDX-License-Identifier: Apache-2.0
// A painted portrait with the inputs of the scene's parts.
#pragma once

#include "scene/sampling.h"
#include "scene/source_view.h"
#include "support/painted_face.h"

#include "vasa/head/posed_head.h"

#include <array>

namespace vasa::decode {

struct PaintedScene {
    head::HeadModel model = support::load_head();
    head::FaceCode code;
    head::Person person;
    SourceView view;

    explicit PaintedScene(const head::Actions& actions = {}, const support::FacePaint& paint = {})
        : code(support::make_painted_face(model, 21, actions, paint)),
          person(model.person(code.identity)) {
        update();
    }

    /// Call it after a change of the code.
    void update() { view = make_source_view(model, person, code); }

    /// The head in another state.
    head::PosedHead pose(const head::Pose& pose, const head::Actions& actions) const {
        head::PosedHead posed;
        model.animate(person, actions, posed.head_space);
        head::pose_head(model, code.pose, pose, posed);
        return posed;
    }

    /// The head with closed eyes.
    head::Points closed() const {
        head::Actions shut;
        shut[head::Action::EyeBlinkLeft] = shut[head::Action::EyeBlinkRight] = 1;
        return pose(code.pose, shut).head_space;
    }
};

inline float luminance_of(const support::PaintColour& colour) {
    return luminance(colour.data());
}

/// @param rgb  8 bits per channel
inline float luminance_at(const core::ImageU8& image, int x, int y) {
    const std::uint8_t* p = image.at(x, y);
    const std::array<float, 3> c = {
        static_cast<float>(p[0]), static_cast<float>(p[1]), static_cast<float>(p[2])};
    return luminance(c.data());
}

}  // namespace vasa::decode
