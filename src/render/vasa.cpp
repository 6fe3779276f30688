// SPDX-License-Identifier: Apache-2.0
#include "vasa/vasa.h"

#include "vasa/core/rational.h"
#include "vasa/render/render.h"

namespace vasa {
namespace {

render::RenderOptions to_render_options(const ClipOptions& clip) {
    render::RenderOptions options;
    options.image = clip.image;
    options.face = clip.face;
    options.face_index = clip.face_index;
    options.audio = clip.audio;
    options.out = clip.out;
    options.model_dir = clip.model_dir;
    options.fps = core::parse_frame_rate(clip.fps);
    options.codec = clip.codec;
    options.crf = clip.crf;
    options.preset = clip.preset;
    options.motion = clip.motion;
    options.motion_scale = clip.motion_scale;
    options.loop = clip.loop;
    options.seed = clip.seed;
    options.amplitude = clip.amplitude;
    options.head_motion = clip.head_motion;
    options.blink_rate_per_min = clip.blink_rate_per_min;
    options.force = clip.force;
    options.allow_long = clip.allow_long;
    options.threads = clip.threads;
    return options;
}

}  // namespace

const char* version() {
    return render::version();
}

ClipResult render_clip(const ClipOptions& options,
                       const ProgressFn& progress,
                       const StopToken& stop) {
    const render::RenderResult made = render::render(to_render_options(options), progress, stop);
    ClipResult result;
    result.num_frames = made.num_frames;
    result.duration_s = made.duration_s;
    result.total_s = made.seconds.total_s;
    result.fps = made.fps;
    result.real_time_factor = made.real_time_factor;
    result.peak_memory_bytes = made.peak_memory_bytes;
    result.driver = made.driver;
    result.warnings = made.warnings;
    return result;
}

}  // namespace vasa
