// SPDX-License-Identifier: Apache-2.0
#include "commands/measure_commands.h"
#include "context.h"

#include "vasa/core/error.h"
#include "vasa/core/rng.h"
#include "vasa/drive/speech_motion.h"
#include "vasa/eval/motion_metrics.h"
#include "vasa/media/audio_file.h"
#include "vasa/motion/emotional_motion.h"
#include "vasa/speech/speech_rate.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

struct ControlArguments {
    std::vector<std::string> speech;
    std::string driver = drive::driver_name(drive::default_driver());
    int steps = 10;
    std::uint64_t seed = 1;
};

/// Coefficient of determination for a line of slope 1 through the origin.
double determination(const std::vector<double>& asked, const std::vector<double>& got) {
    double mean = 0;
    for (const double value : asked) {
        mean += value / static_cast<double>(asked.size());
    }
    double residual = 0, total = 0;
    for (std::size_t i = 0; i < asked.size(); ++i) {
        residual += (asked[i] - got[i]) * (asked[i] - got[i]);
        total += (asked[i] - mean) * (asked[i] - mean);
    }
    return 1.0 - residual / total;
}

/// How much of an expression a clip shows beyond another clip, 1 = all of it.
double face_shown(const head::Actions& face,
                  const motion::MotionClip& clip,
                  const motion::MotionClip& neutral) {
    double along = 0, square = 0;
    for (std::size_t i = 0; i < clip.frames.size(); ++i) {
        for (std::size_t k = 0; k < head::kNumActions; ++k) {
            const auto offset = static_cast<double>(face.values[k]);
            along += offset * static_cast<double>(clip.frames[i].actions.values[k] -
                                                  neutral.frames[i].actions.values[k]);
            square += offset * offset;
        }
    }
    return along / square;
}

/// How much of an emotion a clip shows.
double emotion_shown(motion::Emotion emotion,
                     const motion::MotionClip& clip,
                     const motion::MotionClip& neutral) {
    motion::EmotionMix mix{};
    mix[static_cast<std::size_t>(emotion)] = 1.0F;
    return face_shown(motion::emotion_effect(mix).actions, clip, neutral);
}

void run_controls(const ControlArguments& arguments, Context& context) {
    drive::SpeechMotionOptions options;
    options.driver = drive::find_driver(arguments.driver);
    options.steps = arguments.steps;
    drive::SpeechDriver driver(context.model_dir);
    constexpr double kSamplesPerFrame =
        static_cast<double>(speech::kSpeechRate_hz) / motion::kMotionRate_hz;
    const auto drive = [&](const std::vector<float>& speech) {
        const auto num_frames =
            static_cast<int>(std::ceil(static_cast<double>(speech.size()) / kSamplesPerFrame));
        return driver.drive(speech, {motion::kMotionRate_hz, 1}, num_frames, options, context.stop);
    };
    core::Rng rng(arguments.seed);
    std::vector<motion::ControlFrame> asked;
    std::vector<motion::MotionClip> got;
    std::vector<double> strength_asked, strength_got;
    const auto progress = context.progress(0);
    for (std::size_t i = 0; i < arguments.speech.size(); ++i) {
        const std::vector<float> speech =
            media::resample_mono(media::load_audio(arguments.speech[i]), speech::kSpeechRate_hz);
        motion::Controls controls;
        controls.set("gaze_yaw",
                     motion::ControlCurve(static_cast<float>(rng.uniform(-20.0, 20.0))));
        controls.set("gaze_pitch",
                     motion::ControlCurve(static_cast<float>(rng.uniform(-12.0, 12.0))));
        controls.set("distance", motion::ControlCurve(static_cast<float>(rng.uniform(0.85, 1.2))));
        options.seed = rng.next_u64();
        options.controls = controls;
        asked.push_back(controls.at(0.0));
        got.push_back(drive(speech));
        // Repeat with an emotion, everything else equal.
        const auto emotion = static_cast<motion::Emotion>(i % motion::kNumEmotions);
        const double strength = rng.uniform(0.0, 1.0);
        options.controls.set(motion::emotion_name(emotion),
                             motion::ControlCurve(static_cast<float>(strength)));
        strength_asked.push_back(strength);
        strength_got.push_back(emotion_shown(emotion, drive(speech), got.back()));
        if (progress) {
            progress(static_cast<std::int64_t>(i + 1),
                     static_cast<std::int64_t>(arguments.speech.size()));
        }
    }
    const eval::ControlFollowing following = eval::measure_control_following(asked, got);
    const double emotion = determination(strength_asked, strength_got);
    char text[200];
    std::snprintf(text,
                  sizeof text,
                  "R2 over %d clips: gaze yaw %.3f, gaze pitch %.3f, distance %.3f, emotion %.3f\n",
                  static_cast<int>(got.size()),
                  following.gaze_yaw_r2,
                  following.gaze_pitch_r2,
                  following.distance_r2,
                  emotion);
    context.print_result({{"clips", got.size()},
                          {"gaze_yaw_r2", following.gaze_yaw_r2},
                          {"gaze_pitch_r2", following.gaze_pitch_r2},
                          {"distance_r2", following.distance_r2},
                          {"emotion_r2", emotion}},
                         text);
}

}  // namespace

void add_measure_controls_command(CLI::App& measure, Context& context) {
    CLI::App* command = measure.add_subcommand(
        "controls", "How exactly motion follows requested gaze, distance and emotion");
    const auto arguments = std::make_shared<ControlArguments>();
    command->add_option("--speech", arguments->speech, "Sound files, a clip each")->required();
    command->add_option("--driver", arguments->driver, "diffusion or rules")->capture_default_str();
    command->add_option("--steps", arguments->steps, "Steps of the sampler")->capture_default_str();
    command->add_option("--seed", arguments->seed, "Of what is asked for")->capture_default_str();
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_controls(*arguments, context); };
    });
}

}  // namespace vasa::app
