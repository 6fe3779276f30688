// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/media/video_file.h"
#include "vasa/motion/rules_driver.h"
#include "vasa/render/render.h"

namespace vasa::render {

/// The parts of RenderOptions that other modules take.
media::VideoOptions video_options(const RenderOptions& options);
motion::RulesDriverOptions rules_options(const RenderOptions& options);
motion::RetargetOptions retarget_options(const RenderOptions& options);

}  // namespace vasa::render
