// SPDX-License-Identifier: Apache-2.0
#include "data/prepare_input.h"

#include "data/prepare_clip.h"

#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/core/parallel.h"
#include "vasa/drive/synthesiser.h"
#include "vasa/face/face_encoder.h"
#include "vasa/face/video_track.h"
#include "vasa/media/audio_file.h"
#include "vasa/media/video_file.h"
#include "vasa/motion/motion_clip.h"
#include "vasa/motion/mouth_activity.h"
#include "vasa/speech/phones.h"
#include "vasa/speech/silence.h"
#include "vasa/speech/speech_rate.h"
#include "vasa/train/facegood.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <utility>

namespace vasa::train {
namespace {

using core::Error;
using core::ErrorKind;

constexpr std::size_t kSamplesPerFrame = speech::kSpeechRate_hz / motion::kMotionRate_hz;

/// A loaded input without its speech features.
struct LoadedItem {
    std::vector<float> speech;
    std::vector<ShardMotion> takes;
    /// What stands for the speech in silent recordings, [T, motion::kMouthActivityWidth].
    std::vector<float> mouth;
    std::string dropped;
};

/// @return the reason to drop it, empty if there is none
std::string load_speech(const PrepareItem& item,
                        const PrepareOptions& options,
                        std::vector<float>& speech) {
    if (options.input == PrepareInput::Videos &&
        media::probe_video(item.sound).audio_codec.empty()) {
        return "no sound";
    }
    speech = media::resample_mono(media::load_audio(item.sound), speech::kSpeechRate_hz);
    if (speech::is_silent(speech)) {
        return "no sound";
    }
    const double duration_s = static_cast<double>(speech.size()) / speech::kSpeechRate_hz;
    return duration_s < options.min_duration_s ? "too short" : "";
}

/// A number from a clip's facts, 0 if missing.
double fact(const motion::MotionClip& clip, const char* key) {
    const auto found = clip.metadata.find(key);
    return found == clip.metadata.end() ? 0.0 : std::strtod(found->second.c_str(), nullptr);
}

bool is_badly_tracked(double num_lost,
                      double num_frames,
                      double mean_fit_error,
                      const PrepareOptions& options) {
    return num_frames < 1 || num_lost > options.max_lost_share * num_frames ||
           mean_fit_error > options.max_fit_error;
}

motion::MotionClip smoothed(std::vector<face::TrackedFrame> frames, const core::Rational& fps) {
    face::smooth_motion(frames, fps.value());
    motion::MotionClip clip;
    clip.fps = fps;
    for (const face::TrackedFrame& frame : frames) {
        clip.frames.push_back({frame.pose, frame.actions});
    }
    return clip;
}

/// Reads an existing track and smooths it if it was written by `vasa track`.
std::string read_track(const std::string& path,
                       const PrepareOptions& options,
                       motion::MotionClip& clip) {
    clip = motion::load_motion(path);
    if (is_badly_tracked(fact(clip, "lost_frames"),
                         static_cast<double>(clip.frames.size()),
                         fact(clip, "mean_fit_error"),
                         options)) {
        return "badly tracked";
    }
    const auto driver = clip.metadata.find("driver");
    if (driver != clip.metadata.end() && driver->second == "track") {
        std::vector<face::TrackedFrame> frames;
        for (const motion::MotionFrame& frame : clip.frames) {
            face::TrackedFrame tracked;
            tracked.found = true;
            tracked.pose = frame.pose;
            tracked.actions = frame.actions;
            frames.push_back(tracked);
        }
        clip = smoothed(std::move(frames), clip.fps);
    }
    return {};
}

std::string track(const PrepareItem& item,
                  const PrepareOptions& options,
                  DetectorPool& detectors,
                  const core::StopToken& stop,
                  motion::MotionClip& clip) {
    if (!options.tracks.empty() && item.second.empty()) {
        return "no track";
    }
    std::string reason = check_faces(item.sound, options, detectors, stop);
    if (!reason.empty()) {
        return reason;
    }
    if (!item.second.empty()) {
        return read_track(item.second, options, clip);
    }
    face::VideoTrack track = face::track_video(item.sound, options.model_dir, {}, {}, stop);
    if (is_badly_tracked(track.num_without_face,
                         static_cast<double>(track.frames.size()),
                         track.mean_fit_error,
                         options)) {
        return "badly tracked";
    }
    clip = smoothed(std::move(track.frames), track.fps);
    return {};
}

void add_takes(const PrepareItem& item, const PrepareOptions& options, LoadedItem& loaded) {
    const std::vector<speech::Phone> phones = speech::load_phones(item.second);
    for (int take = 0; take < options.num_takes; ++take) {
        const drive::SynthesiserOptions drawn = sample_take(item.name, take, options.seed);
        loaded.takes.push_back(
            motion_of_take(drive::synthesise_motion(phones, loaded.speech, drawn, options.perform),
                           control_of_take(drawn)));
    }
}

void add_facegood(const PrepareItem& item, LoadedItem& loaded) {
    const motion::MotionClip clip = motion_of_facegood(load_facegood(item.second), item.second);
    const auto num_frames =
        std::min(static_cast<int>((loaded.speech.size() + kSamplesPerFrame - 1) / kSamplesPerFrame),
                 static_cast<int>(std::llround(clip.duration_s() * motion::kMotionRate_hz)));
    if (num_frames > 0) {
        loaded.takes.push_back(motion_of_take(
            motion::resample_motion(clip, {motion::kMotionRate_hz, 1}, num_frames), {}));
        loaded.takes.back().tongue.clear();  // recorded curves do not show it
    }
}

LoadedItem load_silent(const PrepareItem& item,
                       const PrepareOptions& options,
                       const head::HeadModel& head) {
    const motion::MotionClip clip = motion::load_motion(item.second);
    const auto num_frames =
        static_cast<int>(std::llround(clip.duration_s() * motion::kMotionRate_hz));
    LoadedItem loaded;
    if (num_frames < options.min_duration_s * motion::kMotionRate_hz) {
        loaded.dropped = "too short";
        return loaded;
    }
    std::vector<motion::MotionFrame> frames =
        motion::resample_motion(clip, {motion::kMotionRate_hz, 1}, num_frames).frames;
    loaded.mouth = motion::mouth_activity(frames, head);
    loaded.takes.push_back(motion_of_silent(std::move(frames)));
    return loaded;
}

LoadedItem load_item(const PrepareItem& item,
                     const PrepareOptions& options,
                     DetectorPool& detectors,
                     const core::StopToken& stop) {
    LoadedItem loaded;
    loaded.dropped = load_speech(item, options, loaded.speech);
    if (!loaded.dropped.empty()) {
        return loaded;
    }
    switch (options.input) {
        case PrepareInput::Phones:
            add_takes(item, options, loaded);
            break;
        case PrepareInput::Facegood:
            add_facegood(item, loaded);
            break;
        case PrepareInput::Silent:
            break;
        case PrepareInput::Recordings:
        case PrepareInput::Videos: {
            motion::MotionClip clip;
            if (options.input == PrepareInput::Recordings) {
                clip = motion::load_motion(item.second);
            } else {
                loaded.dropped = track(item, options, detectors, stop, clip);
            }
            if (loaded.dropped.empty()) {
                loaded.takes.push_back(motion_of_recording(clip, loaded.speech));
            }
            break;
        }
    }
    const auto least =
        static_cast<std::size_t>(std::lround(options.min_duration_s * motion::kMotionRate_hz));
    for (const ShardMotion& take : loaded.takes) {
        if (take.motion.size() < least * kShardMotionWidth) {
            loaded.dropped = "too short";
        }
    }
    return loaded;
}

}  // namespace

PreparedItem prepare_item(const PrepareItem& item,
                          const PrepareOptions& options,
                          const EncodeSpeechFn& encode_speech,
                          DetectorPool& detectors,
                          const head::HeadModel* head,
                          const core::StopToken& stop) {
    const bool is_silent = options.input == PrepareInput::Silent;
    PreparedItem result;
    LoadedItem loaded;
    try {
        loaded = is_silent ? load_silent(item, options, *head)
                           : load_item(item, options, detectors, stop);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::Input) {
            throw;
        }
        core::log_warning(std::string(error.what()) + "; dropped");
        result.dropped = "unreadable";
        return result;
    }
    result.dropped = loaded.dropped;
    if (!result.dropped.empty()) {
        return result;
    }
    const auto features = std::make_shared<const std::vector<float>>(
        is_silent ? loaded.mouth : encode_speech(loaded.speech));
    const std::size_t num_rows =
        features->size() / static_cast<std::size_t>(options.speech_width());
    for (std::size_t take = 0; take < loaded.takes.size(); ++take) {
        ShardClip clip;
        clip.name = item.name + (take > 0 ? "#" + std::to_string(take) : "");
        clip.motion = std::move(loaded.takes[take].motion);
        clip.controls = std::move(loaded.takes[take].controls);
        const std::size_t num_frames = std::min(num_rows, clip.motion.size() / kShardMotionWidth);
        clip.motion.resize(num_frames * kShardMotionWidth);
        clip.controls.resize(num_frames * kShardControlWidth);
        clip.tongue = std::move(loaded.takes[take].tongue);
        clip.tongue.resize(clip.tongue.empty() ? 0 : num_frames * head::kNumTongueValues);
        clip.speech = features;
        if (num_frames > 0) {
            result.clips.push_back(std::move(clip));
        }
    }
    if (result.clips.empty()) {
        result.dropped = "too short";
    }
    return result;
}

}  // namespace vasa::train
