// SPDX-License-Identifier: Apache-2.0
#include "context.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/log.h"
#include "vasa/motion/motion_clip.h"
#include "vasa/motion/rules_driver.h"
#include "vasa/render/speech_input.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

struct AnimateArguments {
    std::string audio, out;
    std::string fps = "25";
    motion::RulesDriverOptions rules;
    bool allow_long = false;
    bool force = false;
};

void run_animate(const AnimateArguments& arguments, Context& context) {
    const core::Rational fps = core::parse_frame_rate(arguments.fps);
    arguments.rules.check();
    { const core::AtomicFile probe(arguments.out, arguments.force); }
    const render::Speech speech = render::load_speech(arguments.audio, arguments.allow_long);
    if (speech.is_silent) {
        core::log_warning("speech '" + arguments.audio + "' is silent: the face only idles");
    }
    context.stop.throw_if_stopped();
    const auto num_frames = static_cast<int>(
        core::num_frames(speech.sound.num_frames(), speech.sound.sample_rate, fps));
    const motion::MotionClip clip = motion::extend_motion(
        motion::drive_by_rules(speech.mono, fps, arguments.rules), num_frames, false);
    context.stop.throw_if_stopped();
    motion::save_motion(arguments.out, clip, arguments.force);
    const std::string text = arguments.out + ": " + std::to_string(num_frames) + " frames at " +
                             core::to_string(fps) + " fps, driver rules\n";
    context.print_result({{"out", arguments.out},
                          {"frames", num_frames},
                          {"duration_s", clip.duration_s()},
                          {"fps", core::to_string(fps)},
                          {"driver", "rules"},
                          {"seed", arguments.rules.seed}},
                         context.quiet ? "" : text);
}

}  // namespace

void add_animate_command(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand("animate", "Speech to a motion file, without a face");
    const auto arguments = std::make_shared<AnimateArguments>();
    command->add_option("--audio", arguments->audio, "Speech")->required();
    command->add_option("--out", arguments->out, "Motion (.csv or .safetensors)")->required();
    command->add_option("--fps", arguments->fps, "Frame rate")->capture_default_str();
    command->add_option("--seed", arguments->rules.seed, "Seed")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_option("--amplitude", arguments->rules.amplitude, "Strength of mouth motion, 0-3")
        ->capture_default_str();
    command
        ->add_option("--head-motion", arguments->rules.head_motion, "Strength of head motion, 0-3")
        ->capture_default_str();
    command
        ->add_option("--blink-rate", arguments->rules.blink_rate_per_min, "Blinks a minute, 0-60")
        ->capture_default_str();
    command->add_flag("--allow-long", arguments->allow_long, "Accept speech over 60 s");
    command->add_flag("--force", arguments->force, "Replace existing output");
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_animate(*arguments, context); };
    });
}

}  // namespace vasa::app
