// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/head/face_code.h"
#include "vasa/motion/motion_clip.h"
#include "vasa/vasa.h"

#include <memory>

namespace vasa {

/// Data that a Face shares with its copies.
struct Face::Data {
    std::shared_ptr<const head::FaceCode> code;
};

/// Data that a Motion shares with its copies.
struct Motion::Data {
    std::shared_ptr<const motion::MotionClip> clip;
};

}  // namespace vasa
