// SPDX-License-Identifier: Apache-2.0
#include "vasa/train/facegood.h"

#include "data/npz.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <utility>

namespace vasa::train {
namespace {

using core::Error;
using core::ErrorKind;
using head::Action;

const char* const kJaw = "mouth_stretch_c";

}  // namespace

const std::vector<FacegoodTerm>& facegood_map() {
    // A control that alone represents an action has weight 1; its four or two parts share 1.
    // Rounded shapes (funnel, oh) have less: their 95th percentile would be twice that of natural
    // speech. "oh" also opens the jaw a little.
    static const std::vector<FacegoodTerm> map = {
        {Action::JawOpen, kJaw, 1.0F},
        {Action::JawOpen, "mouth_oh_c", 0.3F},
        {Action::JawForward, "jaw_thrust_c", 1.0F},
        {Action::JawLeft, "jaw_sideways_l", 1.0F},
        {Action::JawRight, "jaw_sideways_r", 1.0F},
        {Action::MouthFunnel, "mouth_funnel_dl", 0.125F},
        {Action::MouthFunnel, "mouth_funnel_dr", 0.125F},
        {Action::MouthFunnel, "mouth_funnel_ul", 0.125F},
        {Action::MouthFunnel, "mouth_funnel_ur", 0.125F},
        {Action::MouthFunnel, "mouth_oh_c", 0.2F},
        {Action::MouthPucker, "mouth_pucker_l", 0.5F},
        {Action::MouthPucker, "mouth_pucker_r", 0.5F},
        {Action::MouthPucker, "mouth_oo_c", 1.0F},
        {Action::MouthLeft, "mouth_sideways_l", 1.0F},
        {Action::MouthRight, "mouth_sideways_r", 1.0F},
        {Action::MouthSmileLeft, "mouth_lipCornerPull_l", 1.0F},
        {Action::MouthSmileRight, "mouth_lipCornerPull_r", 1.0F},
        {Action::MouthFrownLeft, "mouth_lipCornerDepress_l", 1.0F},
        {Action::MouthFrownRight, "mouth_lipCornerDepress_r", 1.0F},
        {Action::MouthDimpleLeft, "mouth_dimple_l", 1.0F},
        {Action::MouthDimpleRight, "mouth_dimple_r", 1.0F},
        {Action::MouthStretchLeft, "mouth_lipStretch_l", 1.0F},
        {Action::MouthStretchRight, "mouth_lipStretch_r", 1.0F},
        {Action::MouthRollLower, "mouth_suck_dl", 0.5F},
        {Action::MouthRollLower, "mouth_suck_dr", 0.5F},
        {Action::MouthRollUpper, "mouth_suck_ul", 0.5F},
        {Action::MouthRollUpper, "mouth_suck_ur", 0.5F},
        {Action::MouthShrugLower, "mouth_chinRaise_d", 1.0F},
        {Action::MouthShrugUpper, "mouth_chinRaise_u", 1.0F},
        {Action::MouthPressLeft, "mouth_press_l", 1.0F},
        {Action::MouthPressRight, "mouth_press_r", 1.0F},
        {Action::MouthLowerDownLeft, "mouth_lowerLipDepress_l", 1.0F},
        {Action::MouthLowerDownRight, "mouth_lowerLipDepress_r", 1.0F},
        {Action::MouthUpperUpLeft, "mouth_upperLipRaise_l", 1.0F},
        {Action::MouthUpperUpRight, "mouth_upperLipRaise_r", 1.0F},
        {Action::CheekPuff, "cheek_puff_l", 0.5F},
        {Action::CheekPuff, "cheek_puff_r", 0.5F},
        {Action::CheekSquintLeft, "cheek_raise_l", 1.0F},
        {Action::CheekSquintRight, "cheek_raise_r", 1.0F},
        {Action::NoseSneerLeft, "nose_wrinkle_l", 1.0F},
        {Action::NoseSneerRight, "nose_wrinkle_r", 1.0F},
    };
    return map;
}

FacegoodCurves load_facegood(const std::string& path) {
    const Npz npz = Npz::load(path);
    FacegoodCurves curves;
    std::vector<std::int64_t> shape;
    curves.values = npz.floats("bs", shape);
    curves.names = npz.texts("names");
    const std::int64_t fps = npz.integer("fps");
    if (shape.size() != 2 || shape[1] != static_cast<std::int64_t>(curves.names.size()) ||
        curves.names.empty()) {
        throw Error(ErrorKind::Input,
                    "curves '" + path + "': bs is not of shape [frames, " +
                        std::to_string(curves.names.size()) + "]");
    }
    if (fps < 1 || fps > 240) {
        throw Error(ErrorKind::Input,
                    "curves '" + path + "': fps is " + std::to_string(fps) + ", expected 1..240");
    }
    if (std::any_of(curves.values.begin(), curves.values.end(), [](float v) {
            return !std::isfinite(v);
        })) {
        throw Error(ErrorKind::Input, "curves '" + path + "': bs is not finite");
    }
    curves.fps = {fps, 1};
    return curves;
}

motion::MotionClip motion_of_facegood(const FacegoodCurves& curves, const std::string& name) {
    std::vector<std::pair<const FacegoodTerm*, std::size_t>> terms;
    bool has_jaw = false;
    for (const FacegoodTerm& term : facegood_map()) {
        const auto found = std::find(curves.names.begin(), curves.names.end(), term.control);
        if (found != curves.names.end()) {
            terms.emplace_back(&term, static_cast<std::size_t>(found - curves.names.begin()));
            has_jaw = has_jaw || *found == kJaw;
        }
    }
    if (!has_jaw) {
        throw Error(ErrorKind::Input,
                    "curves '" + name + "' have no control '" + kJaw + "': another rig");
    }
    motion::MotionClip clip;
    clip.fps = curves.fps;
    const std::size_t width = curves.names.size();
    for (std::size_t start = 0; start < curves.values.size(); start += width) {
        motion::MotionFrame frame;
        for (const auto& [term, column] : terms) {
            frame.actions[term->action] += term->weight * curves.values[start + column];
        }
        for (float& value : frame.actions.values) {
            value = std::clamp(value, 0.0F, 1.0F);
        }
        clip.frames.push_back(frame);
    }
    return clip;
}

}  // namespace vasa::train
