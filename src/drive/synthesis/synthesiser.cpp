// SPDX-License-Identifier: Apache-2.0
#include "vasa/drive/synthesiser.h"

#include "finish/head_rhythm.h"
#include "rules/driver_tracks.h"
#include "rules/expression.h"
#include "rules/face_rules.h"
#include "rules/slow_process.h"
#include "synthesis/coarticulation.h"

#include "vasa/head/action_groups.h"
#include "vasa/motion/controlled_motion.h"
#include "vasa/motion/emotional_motion.h"
#include "vasa/speech/speech_analysis.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>

namespace vasa::drive {
namespace {

using head::Action;

using motion::kMotionRate_hz;
using speech::kAnalysisRate_hz;

constexpr const char* kName = "synthesiser";
constexpr float kDegree = 3.14159265F / 180.0F;

// Spread of head motion within clips of talking heads (degrees, cm), and the fraction of its
// variance above 1 Hz.
constexpr std::array<float, 6> kHeadStd = {
    5.1F * kDegree, 3.2F * kDegree, 3.4F * kDegree, 1.0F, 0.8F, 0.66F};
constexpr std::array<float, 6> kFastVariance = {0.08F, 0.14F, 0.045F, 0.08F, 0.12F, 0.08F};
constexpr float kBrowStrength = 2.6F;
/// A jaw that drops narrows the model's mouth by 0.067 eye distances at 1, while speaking mouths
/// widen as they open unless they round: the corners are drawn out by this much per jaw opening.
constexpr float kStretchPerJaw = 0.9F, kSmilePerJaw = 0.5F;

/// Pose relative to the portrait's, at kAnalysisRate_hz.
std::vector<head::Pose> wander(const SpeechEvents& events,
                               float strength,
                               double tempo,
                               const core::Rng& rng) {
    const std::size_t num = events.speaking.size();
    // Head motion from speech: nods at stresses, breathing.
    HeadRuleParams head;
    head.tempo = tempo;
    std::vector<head::Pose> poses = make_head(events, strength, rng.fork(1), head);
    std::vector<double> clock(num);
    double now_s = 0;
    for (std::size_t i = 0; i < num; ++i) {
        clock[i] = now_s;
        now_s += tempo * (0.7 + 0.35 * static_cast<double>(events.speaking[i])) / kAnalysisRate_hz;
    }
    std::array<core::Track, 6> slow, fast;
    for (std::size_t k = 0; k < 6; ++k) {
        slow[k] = slow_process(clock, 1.0, rng.fork(10 + k));
        fast[k] = slow_process(clock, 3.2, rng.fork(20 + k));
    }
    // make_head() has 0.6 of the measured spread; the missing part is added here.
    constexpr float kMissing = 0.75F;
    for (std::size_t i = 0; i < num; ++i) {
        const float sized = strength * (0.65F + 0.35F * events.speaking[i]);
        const auto value = [&](std::size_t k) {
            return sized * kHeadStd[k] *
                   (kMissing * slow[k][i] + 1.3F * std::sqrt(kFastVariance[k]) * fast[k][i]);
        };
        head::Pose& pose = poses[i];
        pose.yaw_rad += value(0);
        pose.pitch_rad += value(1);
        pose.roll_rad += value(2);
        pose.x_cm += 0.45F * value(0) / kHeadStd[0] * kHeadStd[3] + 0.89F * value(3);
        pose.y_cm += -0.8F * value(1) / kHeadStd[1] * kHeadStd[4] + 0.6F * value(4);
        pose.z_cm += value(5);
    }
    return poses;
}

/// All tracks of a clip, at kAnalysisRate_hz.
struct Tracks {
    SpokenMouth mouth;
    core::Track lids;
    GazeTracks gaze;
    BrowTracks brows;
    std::vector<head::Pose> head;
    core::Track lean;  ///< the left side is stronger by this fraction
    SpeechEvents events;
    core::Track nod_deg;  ///< added to a performance; empty without one
};

/// What the sound adds to a performance, which follows the mouth alone.
struct AccentParams {
    double nod_chance = 0.6;  ///< fraction of stresses with a nod
    double min_nod_deg = 2.5, max_nod_deg = 6.0;
    /// Fraction of the performed pitch faster than `slow_frames` (sigma, 25 fps) that stays: the
    /// recorded speaker lifts the chin whenever the mouth opens, which undoes nods at stresses.
    float fast_pitch = 0.1F, slow_frames = 10.0F;
    double raise_chance = 0.55, onset_raise_chance = 0.7;  ///< of the brows, at stresses and onsets
    /// Aversions of the eyes, which landmarks do not show: more at onsets than rules have, so that
    /// something of it is left where the network averages.
    double averted_onset_chance = 0.75;
    double min_averted_deg = 8.0, max_averted_deg = 16.0;
};

/// Lids between blinks, as performed; blinks are made by rules, which know when speech resumes.
struct LidParams {
    float most_open_lids = 0.25F;  ///< closure at which a performed blink begins
    float strength = 0.6F;
};

/// Brow and eye actions that a performance gives. Landmarks do not show the gaze.
bool is_performed(Action action) {
    return head::is_brow_action(action) || head::is_blink_action(action) ||
           action == Action::EyeSquintLeft || action == Action::EyeSquintRight ||
           action == Action::EyeWideLeft || action == Action::EyeWideRight;
}

/// Nods at stresses, brow raises there and at onsets in place of the brows' random process, and
/// averted eyes.
void add_accents(const SynthesiserOptions& options,
                 Tracks& tracks,
                 const AccentParams& accents = {}) {
    const core::Rng rng = core::Rng(options.seed).fork(9);
    HeadRuleParams nods;
    nods.nod_chance = accents.nod_chance;
    nods.min_nod_deg = accents.min_nod_deg;
    nods.max_nod_deg = accents.max_nod_deg;
    tracks.nod_deg = make_nods(tracks.events, rng.fork(1), nods);
    BrowRuleParams raises;
    raises.spread = raises.rest = 0.0F;
    raises.stress_chance = accents.raise_chance;
    raises.onset_chance = accents.onset_raise_chance;
    tracks.brows = make_brows(tracks.events, rng.fork(2), raises);
    GazeRuleParams eyes;
    eyes.onset_chance = accents.averted_onset_chance;
    eyes.min_away_deg = accents.min_averted_deg;
    eyes.max_away_deg = accents.max_averted_deg;
    tracks.gaze = make_gaze(tracks.events, rng.fork(3), eyes);
}

/// Leaves a part of the fast pitch of a performance.
void calm_pitch(const AccentParams& accents, motion::MotionClip& performed) {
    core::Track pitch;
    for (const motion::MotionFrame& frame : performed.frames) {
        pitch.push_back(frame.pose.pitch_rad);
    }
    const core::Track slow = core::smooth_gaussian(pitch, accents.slow_frames);
    for (std::size_t i = 0; i < pitch.size(); ++i) {
        performed.frames[i].pose.pitch_rad = slow[i] + accents.fast_pitch * (pitch[i] - slow[i]);
    }
}

Tracks make_tracks(const std::vector<speech::Phone>& phones,
                   const std::vector<float>& speech,
                   const SynthesiserOptions& options) {
    const speech::SpeechTraits traits = speech::analyse_speech(speech);
    const SpeechEvents events = find_events(traits);
    const core::Rng rng(options.seed);
    Tracks tracks;
    tracks.mouth = coarticulate(
        phones, core::smooth_gaussian(traits.loudness, 4.0F), options.amplitude, rng.fork(1));
    tracks.lids = make_blinks(events, options.blink_rate_per_min, rng.fork(2));
    tracks.gaze = make_gaze(events, rng.fork(3));
    tracks.brows = make_brows(events, rng.fork(4));
    const float tempo = motion::emotion_effect(options.emotion).head_tempo;
    tracks.head = wander(events, options.head_motion, static_cast<double>(tempo), rng.fork(5));
    AsymmetryParams asymmetry;
    asymmetry.spread = 0.06F;
    tracks.lean = make_asymmetry(traits.activity.size(), rng.fork(6), rng.fork(7), asymmetry);
    tracks.events = events;
    return tracks;
}

/// Lets the head rest with the mouth. Performed heads hardly rest, while recorded ones turn 1.4 to
/// 2.9 times faster in speech than in pauses.
void move_with_mouth(const motion::MotionClip& mouth, motion::MotionClip& performed) {
    HeadRhythmParams rhythm;
    rhythm.rest = 0.2F;
    rhythm.talking = 1.3F;
    rhythm.gain = 1.0F;
    std::vector<motion::MotionFrame> frames = mouth.frames;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        frames[i].pose = performed.frames.at(i).pose;
    }
    const std::vector<head::Pose> poses = heads_in_rhythm(frames, 0, frames.size(), rhythm);
    for (std::size_t i = 0; i < poses.size(); ++i) {
        performed.frames[i].pose = poses[i];
    }
}

void set_mouth(const Tracks& tracks, double time_s, motion::MotionFrame& frame) {
    head::Actions& actions = frame.actions;
    const SpokenMouth& mouth = tracks.mouth;
    const float lean = sample_rows(tracks.lean, time_s);
    const auto at = [&](const core::Track& track) { return sample_rows(track, time_s); };
    const auto sides = [&](Action left, float value) {
        actions[left] = std::clamp(value * (1.0F + lean), 0.0F, 1.0F);
        actions[head::mirrored(left)] = std::clamp(value * (1.0F - lean), 0.0F, 1.0F);
    };
    const float shut = at(mouth.shut), bite = (1.0F - shut) * at(mouth.bite);
    const float apart = 1.0F - shut;
    // Lips that close or touch the teeth also lift the jaw.
    const float jaw = at(mouth.jaw) * (1.0F - 0.45F * shut) * (1.0F - 0.4F * bite);
    actions[Action::JawOpen] = jaw;
    actions[Action::MouthClose] = (shut + 0.45F * bite) * jaw;
    actions[Action::MouthPucker] = at(mouth.pucker);
    actions[Action::MouthFunnel] = at(mouth.funnel) * (1.0F - 0.7F * shut);
    actions[Action::MouthRollLower] = 0.18F * shut + 0.45F * bite;
    actions[Action::MouthRollUpper] = 0.12F * shut;
    actions[Action::TongueOut] = apart * at(mouth.tongue_out);
    frame.tongue = {std::max(at(mouth.tongue_tip), at(mouth.ridge)),
                    std::max(at(mouth.tongue_blade), at(mouth.palate))};
    actions[Action::MouthShrugLower] = at(mouth.shrug_lower);
    sides(Action::MouthPressLeft, 0.28F * shut);
    const float round = std::min(at(mouth.pucker) + at(mouth.funnel), 1.0F);
    const float drop = std::max(jaw - actions[Action::MouthClose], 0.0F) * (1.0F - round);
    sides(Action::MouthStretchLeft, at(mouth.stretch) + kStretchPerJaw * drop);
    sides(Action::MouthSmileLeft, at(mouth.smile) + kSmilePerJaw * drop);
    sides(Action::MouthLowerDownLeft, apart * (1.0F - bite) * at(mouth.lower_down));
    sides(Action::MouthUpperUpLeft, apart * at(mouth.upper_up) + 0.1F * bite);
}

/// Head and lids by rules.
void set_by_rules(const Tracks& tracks, double time_s, motion::MotionFrame& frame) {
    const auto index = std::min(static_cast<std::size_t>(std::lround(time_s * kAnalysisRate_hz)),
                                tracks.head.size() - 1);
    frame.pose = tracks.head[index];
    const float lids = sample_rows(tracks.lids, time_s);
    frame.actions[Action::EyeBlinkLeft] = frame.actions[Action::EyeBlinkRight] = lids;
    frame.actions[Action::EyeSquintLeft] = frame.actions[Action::EyeSquintRight] = 0.1F * lids;
}

/// Head, brows and lids between blinks as performed, with the nods at stresses.
void set_performed(const motion::MotionFrame& performed,
                   const Tracks& tracks,
                   double time_s,
                   float head_motion,
                   motion::MotionFrame& frame,
                   const LidParams& between_blinks = {}) {
    frame.pose = head::scaled(performed.pose, head_motion);
    frame.pose.pitch_rad -= head_motion * kDegree * sample_rows(tracks.nod_deg, time_s);
    for (int k = 0; k < head::kNumActions; ++k) {
        const auto action = static_cast<Action>(k);
        if (is_performed(action)) {
            frame.actions[action] = performed.actions[action];
        }
    }
    const float lids = sample_rows(tracks.lids, time_s);
    for (const Action lid : {Action::EyeBlinkLeft, Action::EyeBlinkRight}) {
        const float open =
            between_blinks.strength * std::min(frame.actions[lid], between_blinks.most_open_lids);
        frame.actions[lid] = std::max(open, lids);
    }
    frame.actions[Action::EyeWideLeft] *= 1.0F - lids;
    frame.actions[Action::EyeWideRight] *= 1.0F - lids;
}

/// @param performed  null for head, brows and lids by rules
motion::MotionFrame sample_frame(const Tracks& tracks,
                                 const SynthesiserOptions& options,
                                 const motion::MotionFrame* performed,
                                 double time_s) {
    motion::MotionFrame frame;
    set_mouth(tracks, time_s, frame);
    if (performed != nullptr) {
        set_performed(*performed, tracks, time_s, options.head_motion, frame);
    } else {
        set_by_rules(tracks, time_s, frame);
    }
    const head::Pose turned = frame.pose;
    frame.pose.z_cm -= (options.distance - 1.0F) * motion::kUsualDistance_cm;
    frame.actions[Action::BrowInnerUp] += kBrowStrength * sample_rows(tracks.brows.inner, time_s);
    frame.actions[Action::BrowOuterUpLeft] +=
        kBrowStrength * sample_rows(tracks.brows.outer_left, time_s);
    frame.actions[Action::BrowOuterUpRight] +=
        kBrowStrength * sample_rows(tracks.brows.outer_right, time_s);
    for (float& value : frame.actions.values) {
        value = std::clamp(value, 0.0F, 1.0F);
    }
    const head::Gaze wandering = {options.gaze.yaw_rad + sample_rows(tracks.gaze.yaw, time_s),
                                  options.gaze.pitch_rad + sample_rows(tracks.gaze.pitch, time_s)};
    const head::Gaze gaze = counter_rotated(wandering, turned);
    head::set_gaze(frame.actions, gaze, gaze);
    return frame;
}

}  // namespace

void SynthesiserOptions::check() const {
    check_option(kName, "amplitude", amplitude, 0.0F, 3.0F);
    check_option(kName, "head motion", head_motion, 0.0F, 3.0F);
    check_option(kName, "blink rate per minute", blink_rate_per_min, 0.0F, 60.0F);
    check_option(
        kName, "gaze yaw", gaze.yaw_rad, -head::kGazeYawRange_rad, head::kGazeYawRange_rad);
    check_option(
        kName, "gaze pitch", gaze.pitch_rad, -head::kGazePitchRange_rad, head::kGazePitchRange_rad);
    check_option(kName, "distance", distance, 0.5F, 2.0F);
    for (int e = 0; e < motion::kNumEmotions; ++e) {
        check_option(kName,
                     std::string(motion::emotion_name(static_cast<motion::Emotion>(e))),
                     emotion[static_cast<std::size_t>(e)],
                     0.0F,
                     1.0F);
    }
}

motion::MotionClip synthesise_motion(const std::vector<speech::Phone>& phones,
                                     const std::vector<float>& speech,
                                     const SynthesiserOptions& options,
                                     const PerformFn& perform) {
    options.check();
    motion::MotionClip clip;
    clip.fps = {kMotionRate_hz, 1};
    clip.metadata = {{"driver", kName}, {"seed", std::to_string(options.seed)}};
    if (speech.empty()) {
        return clip;
    }
    check_speech(speech);
    Tracks tracks = make_tracks(phones, speech, options);
    const std::size_t num_frames =
        (speech.size() * kMotionRate_hz + speech::kSpeechRate_hz - 1) / speech::kSpeechRate_hz;
    const auto time_s = [](std::size_t i) { return static_cast<double>(i) / kMotionRate_hz; };
    motion::MotionClip performed;
    if (perform) {
        motion::MotionClip clip_of_mouth = clip;
        clip_of_mouth.frames.resize(num_frames);
        for (std::size_t i = 0; i < num_frames; ++i) {
            set_mouth(tracks, time_s(i), clip_of_mouth.frames[i]);
        }
        performed = perform(clip_of_mouth, core::Rng(options.seed).fork(8).next_u64());
        calm_pitch({}, performed);
        move_with_mouth(clip_of_mouth, performed);
        add_accents(options, tracks);
    }
    clip.frames.reserve(num_frames);
    for (std::size_t i = 0; i < num_frames; ++i) {
        clip.frames.push_back(
            sample_frame(tracks, options, perform ? &performed.frames.at(i) : nullptr, time_s(i)));
    }
    if (perform) {
        // Landmarks of recordings show brows and lids, but hardly moods, cheeks and nose. Smiles
        // last for 2.8 s (median of people in conversation); they move the cheeks more than the
        // corners of the mouth, whose width belongs to the speech.
        ExpressionParams moods;
        moods.mood_slow_hz = 0.1;
        moods.mood_fast_hz = 0.4;
        moods.cheek_squint_per_glad = 0.10F;
        moods.mouth_smile_per_glad = 0.08F;
        moods.mouth_dimple_per_glad = 0.03F;
        moods.mouth_frown_per_sad = 0.05F;
        moods.outer_brow_per_raise = moods.inner_brow_per_raise = 0.0F;
        moods.brow_down_per_knit = 0.1F;
        moods.raise_yields = 0.0F;
        add_expression(clip, motion::Controls(), options.seed, moods);
    }
    return clip;
}

}  // namespace vasa::drive
