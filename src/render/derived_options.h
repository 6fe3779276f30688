// SPDX-License-Identifier: Apache-2.0
// Values derived from RenderOptions.
#pragma once

#include "vasa/media/video_file.h"
#include "vasa/motion/motion_clip.h"
#include "vasa/render/render_options.h"

namespace vasa::render {

/// The parts of RenderOptions that other modules take.
media::VideoOptions video_options(const RenderOptions& options);
motion::RetargetOptions retarget_options(const RenderOptions& options);
/// Whether some of the motion comes from the speech.
bool needs_speech(const RenderOptions& options);

}  // namespace vasa::render
