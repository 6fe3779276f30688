// SPDX-License-Identifier: Apache-2.0
#include "vasa/drive/rules_driver.h"

#include "rules/face_rules.h"
#include "rules/mouth_rules.h"

#include "vasa/core/error.h"
#include "vasa/core/rng.h"
#include "vasa/speech/speech_analysis.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

namespace vasa::drive {
namespace {

using core::Error;
using core::ErrorKind;
using head::Action;

constexpr double kLead_s = 0.02;   // the mouth is ahead of the sound
constexpr double kEaseIn_s = 0.5;  // from the portrait as it is
constexpr double kMaxSpeech_s = 24.0 * 3600.0;
// Share of a head turn that the eyes make up for, so that they stay with the viewer.
constexpr float kCounterRotation = 0.8F;

void check_range(const char* name, float value, float most) {
    if (!(value >= 0.0F && value <= most)) {
        throw Error(ErrorKind::Usage,
                    std::string("rules driver: ") + name + " is " + std::to_string(value) +
                        ", expected 0 to " + std::to_string(static_cast<int>(most)));
    }
}

void check_speech(const std::vector<float>& speech) {
    for (std::size_t i = 0; i < speech.size(); ++i) {
        if (!std::isfinite(speech[i]) || std::abs(speech[i]) > 1e6F) {
            throw Error(ErrorKind::Input,
                        "speech: sample " + std::to_string(i) + " is " + std::to_string(speech[i]) +
                            ", expected a value in [-1, 1]");
        }
    }
    if (static_cast<double>(speech.size()) > kMaxSpeech_s * speech::kSpeechRate_hz) {
        throw Error(ErrorKind::Input, "speech: longer than the 24 hours that can be driven");
    }
}

/// All tracks of a clip, 100 Hz.
struct FaceTracks {
    MouthTracks mouth;
    core::Track lids;
    GazeTracks gaze;
    BrowTracks brows;
    std::vector<head::Pose> head;
    core::Track asymmetry;  ///< left is stronger by this share, right weaker
};

FaceTracks make_tracks(const std::vector<float>& speech, const RulesDriverOptions& options) {
    const speech::SpeechTraits traits = speech::analyse_speech(speech);
    const SpeechEvents events = find_events(traits);
    const core::Rng rng(options.seed);
    FaceTracks tracks;
    tracks.mouth = make_mouth_tracks(traits, options.amplitude);
    tracks.lids = make_blinks(events, options.blink_rate_per_min, rng.fork(1));
    tracks.gaze = make_gaze(events, rng.fork(2));
    tracks.brows = make_brows(events, rng.fork(3));
    tracks.head = make_head(events, options.head_motion, rng.fork(4));
    std::vector<double> clock(traits.activity.size());
    for (std::size_t i = 0; i < clock.size(); ++i) {
        clock[i] = static_cast<double>(i) / core::kTrackRate_hz;
    }
    tracks.asymmetry = slow_process(clock, 1.0, rng.fork(5));
    const auto bias = static_cast<float>(rng.fork(6).uniform(-0.08, 0.08));
    for (float& value : tracks.asymmetry) {
        value = std::clamp(bias + 0.08F * value, -0.25F, 0.25F);
    }
    return tracks;
}

void set_mouth(const FaceTracks& tracks, double time_s, float ease, head::Actions& actions) {
    const MouthTracks& mouth = tracks.mouth;
    const float lean = core::sample_track(tracks.asymmetry, time_s);
    const auto middle = [&](Action action, const core::Track& track) {
        actions[action] = ease * core::sample_track(track, time_s + kLead_s);
    };
    const auto sides = [&](Action left, Action right, const core::Track& track) {
        const float value = ease * core::sample_track(track, time_s + kLead_s);
        actions[left] = std::min(value * (1.0F + lean), 1.0F);
        actions[right] = std::min(value * (1.0F - lean), 1.0F);
    };
    middle(Action::JawOpen, mouth.jaw_open);
    middle(Action::MouthClose, mouth.close);
    middle(Action::MouthPucker, mouth.pucker);
    middle(Action::MouthFunnel, mouth.funnel);
    middle(Action::MouthRollLower, mouth.roll_lower);
    sides(Action::MouthPressLeft, Action::MouthPressRight, mouth.press);
    sides(Action::MouthStretchLeft, Action::MouthStretchRight, mouth.stretch);
    sides(Action::MouthSmileLeft, Action::MouthSmileRight, mouth.smile);
    sides(Action::MouthLowerDownLeft, Action::MouthLowerDownRight, mouth.lower_down);
    sides(Action::MouthUpperUpLeft, Action::MouthUpperUpRight, mouth.upper_up);
}

head::Pose sample_pose(const std::vector<head::Pose>& poses, double time_s, float ease) {
    const double position =
        std::clamp(time_s * core::kTrackRate_hz, 0.0, static_cast<double>(poses.size() - 1));
    const auto index = static_cast<std::size_t>(position);
    const head::Pose& a = poses[index];
    const head::Pose& b = poses[std::min(index + 1, poses.size() - 1)];
    const auto share = static_cast<float>(position - static_cast<double>(index));
    // Starts as the portrait stands: what the first pose differs from it fades within 2 s.
    const head::Pose& origin = poses.front();
    const float fade = 1.0F - core::smoothstep(0.0F, 2.0F, static_cast<float>(time_s));
    const auto mix = [&](float head::Pose::*member) {
        return ease * (a.*member + share * (b.*member - a.*member) - fade * origin.*member);
    };
    head::Pose pose;
    pose.yaw_rad = mix(&head::Pose::yaw_rad);
    pose.pitch_rad = mix(&head::Pose::pitch_rad);
    pose.roll_rad = mix(&head::Pose::roll_rad);
    pose.x_cm = mix(&head::Pose::x_cm);
    pose.y_cm = mix(&head::Pose::y_cm);
    pose.z_cm = mix(&head::Pose::z_cm);
    return pose;
}

motion::MotionFrame sample_frame(const FaceTracks& tracks, double time_s) {
    const float ease =
        core::smoothstep(0.0F, static_cast<float>(kEaseIn_s), static_cast<float>(time_s));
    // Speech may begin at once, so that the mouth may not wait for the rest of the face.
    const float mouth_ease = core::smoothstep(-0.02F, 0.1F, static_cast<float>(time_s));
    motion::MotionFrame frame;
    frame.pose = sample_pose(tracks.head, time_s, ease);
    set_mouth(tracks, time_s, mouth_ease, frame.actions);
    const float lids = ease * core::sample_track(tracks.lids, time_s);
    frame.actions[Action::EyeBlinkLeft] = lids;
    frame.actions[Action::EyeBlinkRight] = lids;
    frame.actions[Action::EyeSquintLeft] = 0.1F * lids;
    frame.actions[Action::EyeSquintRight] = 0.1F * lids;
    const head::Gaze gaze = {
        ease * core::sample_track(tracks.gaze.yaw, time_s) - kCounterRotation * frame.pose.yaw_rad,
        ease * core::sample_track(tracks.gaze.pitch, time_s) -
            kCounterRotation * frame.pose.pitch_rad};
    head::set_gaze(frame.actions, gaze, gaze);
    frame.actions[Action::BrowInnerUp] = ease * core::sample_track(tracks.brows.inner, time_s);
    frame.actions[Action::BrowOuterUpLeft] =
        ease * core::sample_track(tracks.brows.outer_left, time_s);
    frame.actions[Action::BrowOuterUpRight] =
        ease * core::sample_track(tracks.brows.outer_right, time_s);
    return frame;
}

}  // namespace

void RulesDriverOptions::check() const {
    check_range("amplitude", amplitude, 3.0F);
    check_range("head motion", head_motion, 3.0F);
    check_range("blink rate per minute", blink_rate_per_min, 60.0F);
}

motion::MotionClip drive_by_rules(const std::vector<float>& speech,
                                  const core::Rational& fps,
                                  const RulesDriverOptions& options) {
    options.check();
    check_speech(speech);
    if (fps.num <= 0 || fps.den <= 0 || fps.value() > 240.0) {
        throw Error(ErrorKind::Usage,
                    "rules driver: frame rate " + core::to_string(fps) + ", expected (0, 240]");
    }
    motion::MotionClip clip;
    clip.fps = fps;
    clip.metadata = {{"driver", "rules"}, {"seed", std::to_string(options.seed)}};
    if (speech.empty()) {
        return clip;
    }
    const FaceTracks tracks = make_tracks(speech, options);
    const std::int64_t num_frames =
        core::num_frames(static_cast<std::int64_t>(speech.size()), speech::kSpeechRate_hz, fps);
    clip.frames.reserve(static_cast<std::size_t>(num_frames));
    for (std::int64_t i = 0; i < num_frames; ++i) {
        clip.frames.push_back(sample_frame(tracks, static_cast<double>(i) / fps.value()));
    }
    return clip;
}

}  // namespace vasa::drive
