// SPDX-License-Identifier: Apache-2.0
#include "context.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/face/face_encoder.h"
#include "vasa/media/video_file.h"
#include "vasa/motion/motion_clip.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <memory>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

struct TrackArguments {
    std::string video, out;
    face::FaceTrackerOptions tracker;
    bool force = false;
};

/// Frames spread evenly over the video, for the identity.
std::vector<core::ImageU8> spread_frames(const std::string& path,
                                         int count,
                                         const core::StopToken& stop) {
    media::VideoReader reader(path);
    const double expected = reader.info().duration_s * reader.info().fps.value();
    // Without a stated length: frames of the first seconds.
    const double step = std::max(1.0, std::floor(std::max(expected, 2.0 * count) / count));
    std::vector<core::ImageU8> frames;
    core::ImageU8 frame;
    double next = std::floor(0.5 * step);
    for (double index = 0; static_cast<int>(frames.size()) < count && reader.read(frame); ++index) {
        stop.throw_if_stopped();
        if (index >= next) {
            frames.push_back(frame);
            next += step;
        }
    }
    if (frames.empty() && !frame.empty()) {
        frames.push_back(frame);  // a video of a frame or two
    }
    return frames;
}

/// Pose and actions `share` of the way from a to b.
motion::MotionFrame mix(const motion::MotionFrame& a, const motion::MotionFrame& b, float share) {
    motion::MotionFrame result;
    for (float head::Pose::*member : {&head::Pose::yaw_rad,
                                      &head::Pose::pitch_rad,
                                      &head::Pose::roll_rad,
                                      &head::Pose::x_cm,
                                      &head::Pose::y_cm,
                                      &head::Pose::z_cm}) {
        result.pose.*member = a.pose.*member + share * (b.pose.*member - a.pose.*member);
    }
    for (int k = 0; k < head::kNumActions; ++k) {
        const float start = a.actions.values[k];
        result.actions.values[k] = start + share * (b.actions.values[k] - start);
    }
    return result;
}

/// Fills frames without a face from the nearest ones with a face.
void fill_lost(std::vector<motion::MotionFrame>& frames, const std::vector<bool>& found) {
    const std::size_t none = frames.size();
    std::size_t before = none;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        if (found[i]) {
            before = i;
            continue;
        }
        std::size_t after = i;
        while (after < frames.size() && !found[after]) {
            ++after;
        }
        for (; i < after; ++i) {
            if (before == none) {
                frames[i] = frames[after];
            } else if (after == none) {
                frames[i] = frames[before];
            } else {
                const auto share =
                    static_cast<float>(i - before) / static_cast<float>(after - before);
                frames[i] = mix(frames[before], frames[after], share);
            }
        }
        --i;
    }
}

struct TrackResult {
    motion::MotionClip clip;
    std::int64_t num_lost = 0;
    double mean_fit_error = 0;
};

TrackResult track_video(const TrackArguments& arguments, Context& context) {
    face::FaceTracker tracker(context.model_dir, arguments.tracker);
    tracker.settle(
        spread_frames(arguments.video, arguments.tracker.num_identity_frames, context.stop),
        arguments.video);
    media::VideoReader reader(arguments.video);
    TrackResult result;
    result.clip.fps = reader.info().fps;
    const auto expected = static_cast<std::int64_t>(
        std::llround(reader.info().duration_s * reader.info().fps.value()));
    const core::ProgressFn progress = context.progress(reader.info().fps.value());
    std::vector<bool> found;
    core::ImageU8 frame;
    while (reader.read(frame)) {
        context.stop.throw_if_stopped();
        const face::TrackedFrame tracked = tracker.track(frame);
        result.clip.frames.push_back({tracked.pose, tracked.actions});
        found.push_back(tracked.found);
        result.num_lost += tracked.found ? 0 : 1;
        result.mean_fit_error += tracked.found ? static_cast<double>(tracked.fit_error) : 0.0;
        const auto done = static_cast<std::int64_t>(found.size());
        progress(done, std::max(expected, done + 1));
    }
    const auto num_found = static_cast<std::int64_t>(found.size()) - result.num_lost;
    if (num_found == 0) {
        throw core::Error(core::ErrorKind::Input,
                          "video '" + arguments.video + "': no face in any frame");
    }
    result.mean_fit_error /= static_cast<double>(num_found);
    fill_lost(result.clip.frames, found);
    result.clip.metadata = {{"driver", "track"}, {"lost_frames", std::to_string(result.num_lost)}};
    return result;
}

void run_track(const TrackArguments& arguments, Context& context) {
    arguments.tracker.check();
    { const core::AtomicFile probe(arguments.out, arguments.force); }
    const TrackResult result = track_video(arguments, context);
    if (result.num_lost > 0) {
        core::log_warning("video '" + arguments.video + "': no face in " +
                          std::to_string(result.num_lost) + " of " +
                          std::to_string(result.clip.frames.size()) +
                          " frames, filled in from their neighbours");
    }
    motion::save_motion(arguments.out, result.clip, arguments.force);
    const std::string text = arguments.out + ": " + std::to_string(result.clip.frames.size()) +
                             " frames at " + core::to_string(result.clip.fps) + " fps, " +
                             std::to_string(result.num_lost) + " without a face\n";
    context.print_result({{"out", arguments.out},
                          {"frames", result.clip.frames.size()},
                          {"fps", core::to_string(result.clip.fps)},
                          {"lost_frames", result.num_lost},
                          {"mean_fit_error", result.mean_fit_error}},
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
                     "Pull towards the frame before, 0 = none")
        ->capture_default_str();
    command->add_flag("--force", arguments->force, "Replace existing output");
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_track(*arguments, context); };
    });
}

}  // namespace vasa::app
