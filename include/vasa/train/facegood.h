// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/rational.h"
#include "vasa/head/actions.h"
#include "vasa/motion/motion_clip.h"

#include <string>
#include <vector>

namespace vasa::train {

/// Curves of the FACEGOOD rig: mouth motion recorded with Mandarin speech.
struct FacegoodCurves {
    core::Rational fps{30, 1};
    std::vector<std::string> names;  ///< names of the rig's controls
    std::vector<float> values;       ///< [T, names.size()], finite

    int num_frames() const {
        return names.empty() ? 0 : static_cast<int>(values.size() / names.size());
    }
};

/// Reads an .npz: `bs` [T, N] (f2, f4 or f8), `names` [N] (U), `fps` [] (an integer).
/// @throws Error(Input) naming the file for anything else.
FacegoodCurves load_facegood(const std::string& path);

/// One term of the map from the rig to ARKit's actions.
struct FacegoodTerm {
    head::Action action;
    const char* control;
    float weight;  ///< >= 0
};
/// action = sum of weight · control, clamped to 0..1. Controls of a direction or a side go to the
/// action of that name; see docs/formats.md. Eyes and brows do not move in this data.
const std::vector<FacegoodTerm>& facegood_map();

/// The curves as actions at the curves' own rate. The head does not move.
/// @throws Error(Input) if the rig has no jaw control, because its names differ.
motion::MotionClip motion_of_facegood(const FacegoodCurves& curves, const std::string& name);

}  // namespace vasa::train
