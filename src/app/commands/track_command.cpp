// SPDX-License-Identifier: Apache-2.0
#include "context.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/face/face_encoder.h"
#include "vasa/face/video_track.h"
#include "vasa/media/video_file.h"
#include "vasa/motion/motion_clip.h"

#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

struct TrackArguments {
    std::string video, out;
    face::FaceTrackerOptions tracker;
    bool force = false;
};

void run_track(const TrackArguments& arguments, Context& context) {
    arguments.tracker.check();
    { const core::AtomicFile probe(arguments.out, arguments.force); }
    const face::VideoTrack track =
        face::track_video(arguments.video,
                          context.model_dir,
                          arguments.tracker,
                          context.progress(media::probe_video(arguments.video).fps.value()),
                          context.stop);
    motion::MotionClip clip;
    clip.fps = track.fps;
    clip.metadata = {{"driver", "track"},
                     {"lost_frames", std::to_string(track.num_without_face)},
                     {"mean_fit_error", std::to_string(track.mean_fit_error)}};
    for (const face::TrackedFrame& frame : track.frames) {
        clip.frames.push_back({frame.pose, frame.actions});
    }
    if (track.num_without_face > 0) {
        core::log_warning("video '" + arguments.video + "': no face in " +
                          std::to_string(track.num_without_face) + " of " +
                          std::to_string(clip.frames.size()) +
                          " frames, filled in from their neighbours");
    }
    motion::save_motion(arguments.out, clip, arguments.force);
    const std::string text = arguments.out + ": " + std::to_string(clip.frames.size()) +
                             " frames at " + core::to_string(clip.fps) + " fps, " +
                             std::to_string(track.num_without_face) + " without a face\n";
    context.print_result({{"out", arguments.out},
                          {"frames", clip.frames.size()},
                          {"fps", core::to_string(clip.fps)},
                          {"lost_frames", track.num_without_face},
                          {"mean_fit_error", track.mean_fit_error}},
                         context.quiet ? "" : text);
}

}  // namespace

void add_track_command(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand("track", "Video of a face to a motion file");
    const auto arguments = std::make_shared<TrackArguments>();
    command->add_option("--video", arguments->video, "Video")->required();
    command->add_option("--out", arguments->out, "Motion (.csv or .safetensors)")->required();
    command
        ->add_option("--smoothness",
                     arguments->tracker.smoothness,
                     "Weight of smoothness over time, 0 = none")
        ->capture_default_str();
    command->add_flag("--force", arguments->force, "Replace existing output");
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_track(*arguments, context); };
    });
}

}  // namespace vasa::app
