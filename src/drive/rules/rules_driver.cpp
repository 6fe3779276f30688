// SPDX-License-Identifier: Apache-2.0
#include "vasa/drive/rules_driver.h"

#include "rules/driver_tracks.h"
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
constexpr double kEaseIn_s = 0.5;  // from the unchanged portrait
/// The mouth eases in faster than the rest, and not from zero, because speech may begin at once.
constexpr float kMouthEaseFrom_s = -0.02F, kMouthEaseTo_s = 0.1F;
constexpr float kPoseFade_s = 2.0F;     // fade of the first pose's offset from the portrait's
constexpr float kSquintOfBlink = 0.1F;  // closing lids pull the cheeks a little

/// All tracks of a clip, at speech::kAnalysisRate_hz.
struct FaceTracks {
    MouthTracks mouth;
    core::Track lids;
    GazeTracks gaze;
    BrowTracks brows;
    std::vector<head::Pose> head;
    core::Track asymmetry;  ///< left is stronger by this fraction, right weaker
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
    HeadRuleParams head;
    head.tempo = static_cast<double>(options.head_tempo);
    tracks.head = make_head(events, options.head_motion, rng.fork(4), head);
    tracks.asymmetry = make_asymmetry(traits.activity.size(), rng.fork(5), rng.fork(6));
    return tracks;
}

void set_mouth(const FaceTracks& tracks, double time_s, float ease, head::Actions& actions) {
    const MouthTracks& mouth = tracks.mouth;
    const float lean = sample_rows(tracks.asymmetry, time_s);
    const auto middle = [&](Action action, const core::Track& track) {
        actions[action] = ease * sample_rows(track, time_s + kLead_s);
    };
    const auto sides = [&](Action left, Action right, const core::Track& track) {
        const float value = ease * sample_rows(track, time_s + kLead_s);
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
        std::clamp(time_s * speech::kAnalysisRate_hz, 0.0, static_cast<double>(poses.size() - 1));
    const auto index = static_cast<std::size_t>(position);
    const head::Pose& a = poses[index];
    const head::Pose& b = poses[std::min(index + 1, poses.size() - 1)];
    const auto fraction = static_cast<float>(position - static_cast<double>(index));
    // Starts at the portrait's pose.
    const head::Pose& origin = poses.front();
    const float fade = 1.0F - core::smoothstep(0.0F, kPoseFade_s, static_cast<float>(time_s));
    const auto mix = [&](float head::Pose::*member) {
        return ease * (a.*member + fraction * (b.*member - a.*member) - fade * origin.*member);
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
    const float mouth_ease =
        core::smoothstep(kMouthEaseFrom_s, kMouthEaseTo_s, static_cast<float>(time_s));
    motion::MotionFrame frame;
    frame.pose = sample_pose(tracks.head, time_s, ease);
    set_mouth(tracks, time_s, mouth_ease, frame.actions);
    const float lids = ease * sample_rows(tracks.lids, time_s);
    frame.actions[Action::EyeBlinkLeft] = lids;
    frame.actions[Action::EyeBlinkRight] = lids;
    frame.actions[Action::EyeSquintLeft] = kSquintOfBlink * lids;
    frame.actions[Action::EyeSquintRight] = kSquintOfBlink * lids;
    const head::Gaze wandering = {ease * sample_rows(tracks.gaze.yaw, time_s),
                                  ease * sample_rows(tracks.gaze.pitch, time_s)};
    const head::Gaze gaze = counter_rotated(wandering, frame.pose);
    head::set_gaze(frame.actions, gaze, gaze);
    frame.actions[Action::BrowInnerUp] = ease * sample_rows(tracks.brows.inner, time_s);
    frame.actions[Action::BrowOuterUpLeft] = ease * sample_rows(tracks.brows.outer_left, time_s);
    frame.actions[Action::BrowOuterUpRight] = ease * sample_rows(tracks.brows.outer_right, time_s);
    return frame;
}

}  // namespace

void RulesDriverOptions::check() const {
    check_option("rules driver", "amplitude", amplitude, 0.0F, 3.0F);
    check_option("rules driver", "head motion", head_motion, 0.0F, 3.0F);
    check_option("rules driver", "head tempo", head_tempo, 0.1F, 3.0F);
    check_option("rules driver", "blink rate per minute", blink_rate_per_min, 0.0F, 60.0F);
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
