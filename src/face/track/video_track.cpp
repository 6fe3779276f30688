// SPDX-License-Identifier: Apache-2.0
#include "vasa/face/video_track.h"

#include "track/fill_missing.h"

#include "vasa/core/error.h"
#include "vasa/media/video_file.h"

#include <algorithm>
#include <cmath>

namespace vasa::face {
namespace {

/// Between pictures that are further apart the face stands still: encoders leave out pictures in
/// which nothing moves.
constexpr double kLongestInterpolation_s = 0.25;

/// Shows the latest picture's face on for the last `count` frames, of which the last one is new.
void hold_picture(std::vector<TrackedFrame>& frames, int count) {
    frames.emplace_back();
    const auto begin = frames.end() - count;
    std::fill(begin, frames.end(), *(begin - 1));
}

}  // namespace

std::vector<core::ImageU8> spread_frames(const std::string& path,
                                         int count,
                                         const core::StopToken& stop) {
    media::VideoReader reader(path);
    const auto expected = static_cast<double>(reader.info().num_frames);
    const double step = std::max(1.0, std::floor(expected / count));
    std::vector<core::ImageU8> frames;
    core::ImageU8 frame;
    double next = std::floor(0.5 * step);
    for (double index = 0; static_cast<int>(frames.size()) < count; ++index) {
        stop.throw_if_stopped();
        const bool is_wanted = index >= next;
        if (!(is_wanted || frame.empty() ? reader.read(frame) : reader.skip())) {
            break;
        }
        if (is_wanted) {
            frames.push_back(frame);
            next += step;
        }
    }
    if (frames.empty() && !frame.empty()) {
        frames.push_back(frame);  // a video of one or two frames
    }
    return frames;
}

VideoTrack track_video(const std::string& path,
                       const std::string& model_dir,
                       const FaceTrackerOptions& options,
                       const core::ProgressFn& progress,
                       const core::StopToken& stop) {
    FaceTracker tracker(model_dir, options);
    tracker.settle(spread_frames(path, options.num_identity_frames, stop), path);
    media::VideoReader reader(path);
    VideoTrack track;
    track.fps = reader.info().fps;
    const std::int64_t expected = reader.info().num_frames;
    const int num_interpolated = static_cast<int>(kLongestInterpolation_s * track.fps.value());
    int num_repeats = 0;
    int num_pictures = 0;
    core::ImageU8 image;
    while (reader.read(image)) {
        stop.throw_if_stopped();
        num_repeats = reader.is_repeat() ? num_repeats + 1 : 0;
        if (num_repeats > num_interpolated) {
            hold_picture(track.frames, num_repeats == num_interpolated + 1 ? num_repeats : 1);
        } else if (num_repeats > 0) {
            track.frames.emplace_back();  // filled in from the pictures before and after it
        } else {
            const TrackedFrame frame = tracker.track(image);
            track.frames.push_back(frame);
            ++num_pictures;
            track.num_without_face += frame.found ? 0 : 1;
            track.mean_fit_error += frame.found ? static_cast<double>(frame.fit_error) : 0.0;
        }
        const auto done = static_cast<std::int64_t>(track.frames.size());
        if (progress) {
            progress(done, std::max(expected, done + 1));
        }
    }
    const int num_found = num_pictures - track.num_without_face;
    if (num_found == 0) {
        throw core::Error(core::ErrorKind::Input, "video '" + path + "': no face in any frame");
    }
    track.mean_fit_error /= num_found;
    fill_missing(track.frames);
    return track;
}

}  // namespace vasa::face
