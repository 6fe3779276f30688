// SPDX-License-Identifier: Apache-2.0
#include "clip_motion.h"

#include "derived_options.h"
#include "result_notes.h"
#include "stopwatch.h"

#include "vasa/core/error.h"
#include "vasa/core/hash.h"
#include "vasa/core/log.h"
#include "vasa/drive/portrait_motion.h"
#include "vasa/models/model_files.h"

#include <cmath>
#include <limits>
#include <string>
#include <utility>

namespace vasa::render {

ClipMotion::ClipMotion(Networks& networks,
                       const RenderOptions& options,
                       const RenderMemory& memory,
                       const core::StopToken& stop,
                       RenderResult& result)
    : networks_(networks), options_(options), memory_(memory), stop_(stop), result_(result) {}

/// Frames of the clip: as many as the speech needs, else as many as the motion file has.
int ClipMotion::count_frames(const motion::MotionClip& file) const {
    const double own = static_cast<double>(file.frames.size()) / file.fps.value();
    const media::AudioClip& sound = speech_->sound;
    const std::int64_t count =
        sound.samples.empty()
            ? static_cast<std::int64_t>(std::ceil(own * options_.fps.value() - 1e-6))
            : core::num_frames(sound.num_frames(), sound.sample_rate, options_.fps);
    if (count < 1 || count > std::numeric_limits<int>::max()) {
        throw core::Error(core::ErrorKind::Input, "clip of " + std::to_string(count) + " frames");
    }
    return static_cast<int>(count);
}

/// Applies a motion file to the portrait.
motion::MotionClip ClipMotion::fit_file(const motion::MotionClip& file, int num_frames) {
    std::vector<std::string> warnings;
    motion::MotionClip clip = drive::fit_motion_file(file,
                                                     {code_->pose, code_->actions},
                                                     options_.fps,
                                                     num_frames,
                                                     retarget_options(options_),
                                                     warnings);
    for (const std::string& warning : warnings) {
        add_warning(result_, warning);
    }
    for (motion::MotionFrame& frame : clip.frames) {
        face::close_covered_parts(frame.actions, covered_);
    }
    return clip;
}

/// Makes motion while frames are drawn.
void ClipMotion::drive_by_speech() {
    if (options_.drive.driver == drive::Driver::Diffusion) {
        add_model(result_, *networks_.shared, models::kSpeechEncoderFile);
        add_model(result_, *networks_.shared, models::kMotionFile);
    }
    const int num_frames = count_frames({});
    drive::SpeechMotionOptions drive = options_.drive;
    drive.seed = result_.seed;
    drive.performance = result_.speech_sha256;
    driven_.emplace(networks_.driver.start(speech_->mono, options_.fps, num_frames, drive, stop_));
    track_.begin([this, next = std::int64_t{0}]() mutable { return next_driven(next); },
                 num_frames);
}

std::vector<motion::MotionFrame> ClipMotion::next_driven(std::int64_t& next) {
    std::vector<motion::MotionFrame> frames = driven_->next();
    for (motion::MotionFrame& frame : frames) {
        frame = drive::put_on_portrait(
            frame, next++, options_.fps, {code_->pose, code_->actions}, options_.keep_expression);
        face::close_covered_parts(frame.actions, covered_);
    }
    if (next == track_.num_frames()) {
        driven_.reset();
        if (!networks_.are_kept) {
            networks_.driver.release();
        }
    }
    return frames;
}

void ClipMotion::play(motion::MotionClip clip) {
    const auto num_frames = static_cast<std::int64_t>(clip.frames.size());
    track_.begin([frames = std::move(clip.frames)]() mutable { return std::move(frames); },
                 num_frames);
}

void ClipMotion::play_motion() {
    if (memory_.motion) {
        play(fit_file(*memory_.motion, count_frames(*memory_.motion)));
        // Hash of the file that save_motion() would write.
        result_.motion_sha256 = core::sha256_text(motion::format_motion_csv(*memory_.motion));
    } else {
        const motion::MotionClip file = motion::load_motion(options_.motion);
        play(fit_file(file, count_frames(file)));
        result_.motion_sha256 = core::sha256_file(options_.motion);
    }
}

/// Takes expressions and head pose from files of their own.
void ClipMotion::take_parts() {
    if (!options_.dynamics_from.empty()) {
        const motion::MotionClip file = motion::load_motion(options_.dynamics_from);
        if (track_.num_frames() == 0) {
            play(fit_file(file, count_frames(file)));
        } else {
            track_.take_actions_from(fit_file(file, static_cast<int>(track_.num_frames())));
        }
        result_.dynamics_sha256 = core::sha256_file(options_.dynamics_from);
        result_.driver += std::string(result_.driver.empty() ? "" : ",") + "dynamics:file";
    }
    if (!options_.pose_from.empty()) {
        const motion::MotionClip file = motion::load_motion(options_.pose_from);
        track_.take_pose_from(fit_file(file, static_cast<int>(track_.num_frames())));
        result_.pose_sha256 = core::sha256_file(options_.pose_from);
        result_.driver += ",pose:file";
    }
}

void ClipMotion::begin(const Speech& speech, FaceCache::Code code) {
    const Stopwatch clock;
    speech_ = &speech;
    code_ = std::move(code);
    covered_ = face::find_covered_parts(code_->appearance.crop, code_->landmarks);
    if (needs_speech(options_)) {
        drive_by_speech();
        result_.driver = drive::driver_name(options_.drive.driver);
    } else if (!options_.motion.empty()) {
        play_motion();
        result_.driver = "file";
    }
    take_parts();
    result_.num_frames = track_.num_frames();
    result_.seconds.motion_s = clock.seconds();
    core::log_info("motion driver: " + result_.driver + ", " + std::to_string(result_.num_frames) +
                   " frames");
}

}  // namespace vasa::render
