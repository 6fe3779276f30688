// SPDX-License-Identifier: Apache-2.0
#include "vasa/eval/motion_metrics.h"

#include "support/synthetic_face.h"
#include "support/synthetic_speech.h"
#include "support/talking_motion.h"

#include "vasa/core/error.h"
#include "vasa/core/rng.h"
#include "vasa/drive/rules_driver.h"
#include "vasa/media/audio_file.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "support/catch.h"

namespace vasa::test {
namespace {

using eval::MotionMeter;
using eval::MotionMetrics;
using eval::MotionSample;
using head::Action;
using motion::MotionClip;
using motion::MotionFrame;

constexpr int kRate_hz = support::kTalkRate_hz, kFrameSamples = support::kTalkFrameSamples;

const MotionMeter& meter() {
    static const MotionMeter instance(support::load_head());
    return instance;
}

/// Speech whose loudness the jaw follows exactly, with a head that moves.
MotionSample talking_sample(int num_frames = 250) {
    core::Rng rng(5);
    MotionSample sample;
    sample.motion = support::make_talking_motion(num_frames, num_frames, rng);
    for (int i = 0; i < num_frames; ++i) {
        sample.motion.frames[i].pose.yaw_rad = static_cast<float>(0.05 * std::sin(0.11 * i));
        sample.motion.frames[i].pose.pitch_rad = static_cast<float>(0.03 * std::sin(0.07 * i));
    }
    sample.speech = support::make_speech_of_jaw(sample.motion, 0.5, rng);
    return sample;
}

MotionSample scaled(MotionSample sample, float factor) {
    for (MotionFrame& frame : sample.motion.frames) {
        for (float& action : frame.actions.values) {
            action *= factor;
        }
        frame.pose.yaw_rad *= factor;
        frame.pose.pitch_rad *= factor;
    }
    return sample;
}

std::vector<float> delayed(const std::vector<float>& speech, int frames) {
    std::vector<float> out(speech.size(), 0.0F);
    for (int i = 0; i < static_cast<int>(out.size()); ++i) {
        const int from = i - frames * kFrameSamples;
        if (from >= 0 && from < static_cast<int>(speech.size())) {
            out[i] = speech[from];
        }
    }
    return out;
}

/// A mouth that closes at M, is round and half open at UW and opens wide at AA.
MotionSample spelled_sample() {
    MotionSample sample;
    const char* names[] = {"M", "AA", "UW", "AA", "M", "UW", "F", "AA"};
    core::Rng rng(3);
    double time_s = 0;
    for (int i = 0; i < 60; ++i) {
        const std::string name = i % 20 == 19 ? "SIL" : names[rng.below(8)];
        const double duration_s =
            name == "SIL" ? 0.4 : 0.04 * static_cast<double>(2 + rng.below(4));
        sample.phones.push_back({time_s, duration_s, name});
        for (int k = 0; k < std::lround(duration_s * eval::kMetricRate_hz); ++k) {
            MotionFrame frame;
            frame.actions[Action::JawOpen] = name == "AA"   ? 0.5F
                                             : name == "UW" ? 0.25F
                                             : name == "F"  ? 0.12F
                                                            : 0.0F;
            frame.actions[Action::MouthPucker] = name == "UW" ? 0.7F : 0.0F;
            sample.motion.frames.push_back(frame);
        }
        time_s += duration_s;
    }
    return sample;
}

MotionSample moved_by(MotionSample sample, int frames) {
    std::vector<MotionFrame> moved;
    const int num = static_cast<int>(sample.motion.frames.size());
    for (int i = 0; i < num; ++i) {
        moved.push_back(sample.motion.frames[std::clamp(i - frames, 0, num - 1)]);
    }
    sample.motion.frames = moved;
    return sample;
}

}  // namespace

TEST_CASE("shifted speech moves the sync offset by exactly the shift") {
    MotionSample sample = talking_sample();
    const MotionMetrics in_step = meter().measure(sample);
    REQUIRE(in_step.sync_offset == 0);
    REQUIRE(in_step.sync_corr > 0.9);
    const std::vector<float> speech = sample.speech;
    for (const int shift : {-6, -1, 3, 8}) {
        sample.speech = delayed(speech, shift);
        CAPTURE(shift);
        REQUIRE(meter().measure(sample).sync_offset == -shift);  // late speech means an early mouth
    }
}

TEST_CASE("weaker and stronger motion shows in the dynamics of lips and head") {
    const MotionSample sample = talking_sample();
    const MotionMetrics natural = meter().measure(sample);
    for (const float factor : {0.2F, 3.0F}) {
        const MotionMetrics m = meter().measure(scaled(sample, factor));
        CAPTURE(factor);
        // Distances of points that move apart sideways grow quadratically at first.
        REQUIRE(m.lip_dynamics / natural.lip_dynamics == Approx(factor).epsilon(0.35));
        REQUIRE(m.pose_delta / natural.pose_delta == Approx(factor).epsilon(0.02));
        REQUIRE((factor > 1) == (m.head_motion > natural.head_motion));
        REQUIRE(m.head_spread == Approx(factor * natural.head_spread).epsilon(0.01));
        REQUIRE((factor > 1) == (m.mouth_mean > natural.mouth_mean));
    }
}

TEST_CASE("noise raises the jerk of what it is added to and nothing else") {
    MotionSample sample = talking_sample();
    for (std::size_t i = 0; i < sample.motion.frames.size(); ++i) {
        sample.motion.frames[i].actions[Action::JawOpen] =
            static_cast<float>(0.15 + 0.15 * std::sin(0.3 * static_cast<double>(i)));
    }
    const MotionMetrics smooth = meter().measure(sample);
    core::Rng rng(1);
    MotionSample lips = sample, head = sample;
    for (std::size_t i = 0; i < sample.motion.frames.size(); ++i) {
        lips.motion.frames[i].actions[Action::JawOpen] += static_cast<float>(0.04 * rng.normal());
        head.motion.frames[i].pose.yaw_rad += static_cast<float>(0.005 * rng.normal());
    }
    const MotionMetrics lip_noise = meter().measure(lips), head_noise = meter().measure(head);
    REQUIRE(lip_noise.jerk_lips > 2 * smooth.jerk_lips);
    REQUIRE(lip_noise.jerk_head < 0.1 * lip_noise.jerk_lips);
    REQUIRE(head_noise.jerk_head > 2 * smooth.jerk_head);
    REQUIRE(head_noise.lip_dynamics == Approx(smooth.lip_dynamics));
}

TEST_CASE("blinks are counted, and frozen eyes have none") {
    MotionSample sample = talking_sample(750);  // 30 s
    REQUIRE(meter().measure(sample).blinks == 0);
    REQUIRE(std::isnan(meter().measure(sample).blink_least));
    for (int blink = 0; blink < 9; ++blink) {
        const float lids[] = {0.4F, 0.8F, 1.0F, 0.7F, 0.3F};
        for (int k = 0; k < 5; ++k) {
            MotionFrame& frame = sample.motion.frames[40 + 77 * blink + k];
            frame.actions[Action::EyeBlinkLeft] = frame.actions[Action::EyeBlinkRight] = lids[k];
        }
    }
    const MotionMetrics m = meter().measure(sample);
    REQUIRE(m.num_blinks == 9);
    REQUIRE(m.blinks == Approx(18));
    REQUIRE(m.blink_least < 0.1);
}

TEST_CASE("mouth corners that come in or go out with the gap show in its correlation") {
    MotionSample sample = talking_sample();
    for (MotionFrame& frame : sample.motion.frames) {
        frame.actions[Action::MouthPucker] = 1.5F * frame.actions[Action::JawOpen];
    }
    const MotionMetrics round = meter().measure(sample);
    REQUIRE(round.gap_width_corr < -0.9);
    for (MotionFrame& frame : sample.motion.frames) {
        const float jaw = frame.actions[Action::JawOpen];
        frame.actions[Action::MouthPucker] = 0;
        frame.actions[Action::MouthStretchLeft] = frame.actions[Action::MouthStretchRight] = jaw;
        frame.actions[Action::MouthSmileLeft] = frame.actions[Action::MouthSmileRight] = jaw;
    }
    const MotionMetrics wide = meter().measure(sample);
    REQUIRE(wide.gap_width_corr > 0.9);
    // A smile held all the time widens the mouth but does not move it.
    for (MotionFrame& frame : sample.motion.frames) {
        frame.actions[Action::MouthStretchLeft] = frame.actions[Action::MouthStretchRight] = 0.2F;
        frame.actions[Action::MouthSmileLeft] = frame.actions[Action::MouthSmileRight] = 0.2F;
    }
    REQUIRE(meter().measure(sample).width_std < 0.5 * wide.width_std);
}

TEST_CASE("lids that hang, blinks, brows and eyes each show in their own range") {
    MotionSample open = talking_sample(750);
    for (std::size_t i = 0; i < open.motion.frames.size(); ++i) {
        const auto wave = static_cast<float>(std::sin(0.15 * static_cast<double>(i)));
        head::Actions& actions = open.motion.frames[i].actions;
        actions[Action::BrowInnerUp] = 0.3F + 0.2F * wave;
        head::set_gaze(actions, {0.1F * wave, 0.0F}, {0.1F * wave, 0.0F});
    }
    const auto with = [&](Action left, Action right, float value, int share) {
        MotionSample sample = open;
        for (std::size_t i = 0; i < sample.motion.frames.size(); ++i) {
            if (static_cast<int>(i) % 100 < share) {
                sample.motion.frames[i].actions[left] = value;
                sample.motion.frames[i].actions[right] = value;
            }
        }
        return meter().measure(sample);
    };
    const MotionMetrics base = meter().measure(open);
    const MotionMetrics hanging = with(Action::EyeBlinkLeft, Action::EyeBlinkRight, 0.4F, 100);
    REQUIRE(hanging.lid_mean < 0.8 * base.lid_mean);
    REQUIRE(hanging.lid_p90 < 0.8 * base.lid_p90);
    REQUIRE(hanging.lid_std < 1.5 * base.lid_std + 0.01);
    const MotionMetrics blinking = with(Action::EyeBlinkLeft, Action::EyeBlinkRight, 1.0F, 6);
    REQUIRE(blinking.lid_std > base.lid_std + 0.02);
    REQUIRE(blinking.lid_p90 == Approx(base.lid_p90).epsilon(0.02));
    // Two frames in a hundred are outside of the range from 5 to 95 %.
    const MotionMetrics brief = with(Action::BrowInnerUp, Action::BrowInnerUp, 1.0F, 2);
    REQUIRE(brief.brow_range == Approx(base.brow_range).epsilon(0.1));
    REQUIRE(with(Action::BrowInnerUp, Action::BrowInnerUp, 1.0F, 20).brow_range >
            1.5 * base.brow_range);
    REQUIRE(with(Action::BrowInnerUp, Action::BrowInnerUp, 0.3F, 100).brow_range <
            0.1 * base.brow_range);
    MotionSample still = open;
    for (MotionFrame& frame : still.motion.frames) {
        head::set_gaze(frame.actions, {}, {});
    }
    REQUIRE(meter().measure(still).gaze_range < 0.1 * base.gaze_range);
}

TEST_CASE("phones show late mouths, open closures and lips that are not round") {
    const MotionSample sample = spelled_sample();
    const eval::PhoneOpenings openings = meter().learn_phones({sample});
    REQUIRE(openings.at("M") < openings.at("UW"));
    REQUIRE(openings.at("UW") < openings.at("AA"));
    const MotionMetrics exact = meter().measure(sample, openings, &sample.motion);
    REQUIRE(exact.phone_offset == 0);
    REQUIRE(exact.phone_corr > 0.99);
    REQUIRE(exact.closures == 1);
    REQUIRE(exact.rounding == 1);
    REQUIRE(exact.dental < 0.6);
    REQUIRE(exact.silent_lip < 1e-6);
    REQUIRE(exact.reference_corr > 0.99);
    for (const int late : {-5, 2, 7}) {
        const MotionSample moved = moved_by(sample, late);
        CAPTURE(late);
        REQUIRE(meter().measure(moved, openings).phone_offset == late);
        REQUIRE(meter().measure(moved, openings, &sample.motion).reference_corr < 0.9);
    }
    MotionSample mumbled = sample;
    for (MotionFrame& frame : mumbled.motion.frames) {
        frame.actions[Action::JawOpen] = 0.15F + 0.2F * frame.actions[Action::JawOpen];
        frame.actions[Action::MouthPucker] = 0.35F - 0.5F * frame.actions[Action::MouthPucker];
    }
    const MotionMetrics bad = meter().measure(mumbled, openings);
    REQUIRE(bad.closures == 0);
    REQUIRE(bad.rounding == 0);
    REQUIRE(bad.phone_corr > 0.9);  // the order of openings is still right
}

TEST_CASE("a jump where windows join shows at the joints") {
    MotionSample sample = talking_sample();
    for (std::size_t i = 0; i < sample.motion.frames.size(); ++i) {
        sample.motion.frames[i].actions[Action::JawOpen] = 0.1F;
        sample.motion.frames[i].pose.yaw_rad += i >= 120 ? 0.03F : 0.0F;
    }
    sample.joints = {120};
    REQUIRE(meter().measure(sample).joint_jerk > 10);
    sample.joints = {60};
    REQUIRE(meter().measure(sample).joint_jerk < 1.2);
}

TEST_CASE("medians leave out values that a clip lacks, and count blinks together") {
    MotionMetrics a, b, c;
    a.mouth_mean = 0.1, a.num_blinks = 1, a.duration_s = 3;
    b.mouth_mean = 0.3, b.num_blinks = 0, b.duration_s = 3;
    c.num_blinks = 0, c.duration_s = 6;
    a.closures = 1, a.num_bilabials = 1;
    b.closures = 0, b.num_bilabials = 3;
    const MotionMetrics median = eval::median_metrics({a, b, c});
    REQUIRE(median.mouth_mean == Approx(0.2));
    REQUIRE(median.blinks == Approx(5));
    REQUIRE(median.closures == Approx(0.25));
    REQUIRE(std::isnan(median.rounding));
}

TEST_CASE("control following is 1 for motion that obeys and falls where it is ignored") {
    std::vector<motion::ControlFrame> asked;
    std::vector<MotionClip> obeyed, ignored;
    for (int i = 0; i < 5; ++i) {
        motion::ControlFrame control;
        control.gaze.yaw_rad = 0.1F * static_cast<float>(i - 2);
        control.distance = 0.8F + 0.1F * static_cast<float>(i);
        asked.push_back(control);
        MotionClip clip;
        clip.frames.resize(50);
        ignored.push_back(clip);
        for (MotionFrame& frame : clip.frames) {
            // The head makes half of the turn.
            frame.pose.yaw_rad = 0.5F * control.gaze.yaw_rad;
            const head::Gaze eyes{0.5F * control.gaze.yaw_rad, 0.0F};
            head::set_gaze(frame.actions, eyes, eyes);
            frame.pose.z_cm = -60.0F * (control.distance - 1.0F);
        }
        obeyed.push_back(clip);
    }
    const eval::ControlFollowing good = eval::measure_control_following(asked, obeyed);
    REQUIRE(good.gaze_yaw_r2 == Approx(1).margin(1e-4));
    REQUIRE(good.distance_r2 == Approx(1).margin(1e-4));
    REQUIRE(std::isnan(good.gaze_pitch_r2));  // all clips have the same pitch
    const eval::ControlFollowing bad = eval::measure_control_following(asked, ignored);
    REQUIRE(bad.gaze_yaw_r2 < 0.01);
    REQUIRE(bad.distance_r2 < 0.01);
    ignored.pop_back();
    REQUIRE_THROWS_AS(eval::measure_control_following(asked, ignored), core::Error);
}

TEST_CASE("the rate of a clip changes its measures little") {
    SyntheticSpeech speech(2);
    speech.silence(0.5).babble(8.0);
    MotionSample sample;
    sample.speech = speech.samples();
    sample.motion = drive::drive_by_rules(sample.speech, {25, 1}, {});
    const MotionMetrics at_25 = meter().measure(sample);
    sample.motion = drive::drive_by_rules(sample.speech, {50, 1}, {});
    const MotionMetrics at_50 = meter().measure(sample);
    REQUIRE(at_50.mouth_mean == Approx(at_25.mouth_mean).epsilon(0.05));
    REQUIRE(at_50.pose_delta == Approx(at_25.pose_delta).epsilon(0.05));
    REQUIRE(at_50.sync_offset == at_25.sync_offset);
    REQUIRE_THROWS_AS(meter().measure(MotionSample{}), core::Error);
}

TEST_CASE("on recorded speech the rules driver is in step, and a shifted copy is not", "[data]") {
    const char* data_dir = std::getenv("VASA_DATA_DIR");
    if (data_dir == nullptr) {
        WARN("SKIPPED: VASA_DATA_DIR not set");
        return;
    }
    std::vector<MotionSample> samples;
    for (const char* name : {"bbaf3s", "bbaf5a", "bbas2p", "bbaz7a", "bbbf7s", "bbbm2p"}) {
        const std::string stem = std::string(data_dir) + "/talking/grid_s1/" + name;
        MotionSample sample;
        sample.speech = media::resample_mono(media::load_audio(stem + ".mp4"), kRate_hz);
        sample.phones = speech::load_phones(stem + ".phones");
        sample.motion = drive::drive_by_rules(sample.speech, {25, 1}, {});
        samples.push_back(sample);
    }
    const eval::PhoneOpenings openings = meter().learn_phones(samples);
    const auto median_of = [&](int shift) {
        std::vector<MotionMetrics> metrics;
        for (const MotionSample& sample : samples) {
            metrics.push_back(meter().measure(moved_by(sample, shift), openings));
        }
        return eval::median_metrics(metrics);
    };
    const MotionMetrics in_step = median_of(0);
    REQUIRE(std::abs(in_step.sync_offset) <= 1);
    REQUIRE(std::abs(in_step.phone_offset) <= 1);
    REQUIRE(in_step.phone_corr > 0.4);
    const MotionMetrics late = median_of(5);
    REQUIRE(late.sync_offset == in_step.sync_offset + 5);
    REQUIRE(late.phone_offset == in_step.phone_offset + 5);
}

}  // namespace vasa::test
