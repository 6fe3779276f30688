// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/head/actions.h"
#include "vasa/head/pose.h"
#include "vasa/head/tongue.h"

namespace vasa::decode {

/// A pose and an expression.
struct FaceState {
    head::Pose pose;
    head::Actions actions;
    head::Tongue tongue = {};
};

}  // namespace vasa::decode
