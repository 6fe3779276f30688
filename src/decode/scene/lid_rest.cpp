// SPDX-License-Identifier: Apache-2.0
#include "scene/lid_rest.h"

#include "scene/lid_blend.h"

#include "vasa/head/landmarks.h"

#include <algorithm>
#include <cmath>

namespace vasa::decode {
namespace {

/// Opening of an eye of the head model.
float opening_of(const head::HeadModel& model,
                 const head::Person& person,
                 int eye,
                 float blink,
                 head::Points& work) {
    head::Actions actions;
    actions[blink_action(eye)] = blink;
    model.animate(person, actions, work);
    const Eigen::RowVector3f gap = model.landmark(work, head::kUpperLidMiddle[eye]) -
                                   model.landmark(work, head::kLowerLidMiddle[eye]);
    const Eigen::RowVector3f width = model.landmark(work, head::kEyeCorners[eye][0]) -
                                     model.landmark(work, head::kEyeCorners[eye][1]);
    return gap.y() / std::max(width.head<2>().norm(), 1e-3F);
}

}  // namespace

LidRest::LidRest(const head::HeadModel& model,
                 const head::Person& person,
                 const head::FaceCode& code,
                 const std::array<EyeTexture, 2>& eyes,
                 const LidRestParams& params) {
    head::Points work;
    for (int eye = 0; eye < 2; ++eye) {
        is_covered_[eye] = eyes[eye].is_covered;
        // A wink: the shut eye opens as far as the other one.
        const bool is_wink = eyes[1 - eye].white > 0 && !eyes[1 - eye].is_invented;
        if (!eyes[eye].is_invented || is_wink) {
            continue;
        }
        float low = params.min_blink, high = params.max_blink;  // the opening falls between them
        for (int step = 0; step < params.num_steps; ++step) {
            const float middle = (low + high) / 2;
            (opening_of(model, person, eye, middle, work) > params.opening ? low : high) = middle;
        }
        rest_blink_[eye] = (low + high) / 2 * code.actions[blink_action(eye)];
    }
}

head::Actions LidRest::adjusted(const head::Actions& actions) const {
    head::Actions out = actions;
    for (int eye = 0; eye < 2; ++eye) {
        float& blink = out[blink_action(eye)];
        blink = is_covered_[eye] ? 1.0F : blink + (1 - blink) * rest_blink_[eye];
    }
    return out;
}

}  // namespace vasa::decode
