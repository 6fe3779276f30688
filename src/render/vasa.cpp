// SPDX-License-Identifier: Apache-2.0
#include "vasa/vasa.h"

#include "vasa/core/rational.h"
#include "vasa/render/render.h"

#include <utility>

namespace vasa {
namespace {

drive::SpeechMotionOptions to_drive_options(const ClipOptions& clip) {
    drive::SpeechMotionOptions drive;
    drive.driver = drive::find_driver(clip.driver);
    drive.seed = clip.seed;
    drive.steps = clip.steps;
    drive.style = clip.style;
    drive.device = clip.device;
    if (!clip.controls.empty()) {
        drive.controls = motion::load_controls(clip.controls, drive.controls);
    }
    if (!clip.emotion.empty()) {
        drive.controls.set_emotion(clip.emotion);
    }
    const std::pair<const char*, std::optional<float>> values[] = {
        {"gaze_yaw", clip.gaze_yaw_deg},
        {"gaze_pitch", clip.gaze_pitch_deg},
        {"distance", clip.distance},
        {"amplitude", clip.amplitude},
        {"head_motion", clip.head_motion},
        {"expression", clip.expression},
        {"blink_rate", clip.blink_rate_per_min},
        {"cfg_audio", clip.cfg_audio},
        {"cfg_gaze", clip.cfg_gaze}};
    for (const auto& [name, value] : values) {
        if (value) {
            drive.controls.set(name, motion::ControlCurve(*value));
        }
    }
    return drive;
}

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
    options.pose_from = clip.pose_from;
    options.dynamics_from = clip.dynamics_from;
    options.drive = to_drive_options(clip);
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
