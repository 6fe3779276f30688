// SPDX-License-Identifier: Apache-2.0
#include "context.h"
#include "option_arguments.h"
#include "performer_argument.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/hash.h"
#include "vasa/core/log.h"
#include "vasa/drive/speech_motion.h"
#include "vasa/drive/synthesiser.h"
#include "vasa/motion/emotional_motion.h"
#include "vasa/motion/motion_clip.h"
#include "vasa/render/default_seed.h"
#include "vasa/render/speech_input.h"

#include <cstdint>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

struct AnimateArguments {
    std::string out, phones, performance, performer;
    OptionArguments options;
};

/// Motion for speech with known phones. The controls hold their values of time 0.
motion::MotionClip synthesise(const AnimateArguments& arguments,
                              const render::Speech& speech,
                              int num_frames,
                              const render::RenderOptions& options,
                              const Context& context) {
    const motion::ControlFrame control = options.drive.controls.at(0.0);
    drive::SynthesiserOptions synthesiser;
    synthesiser.seed = options.drive.seed.value();
    synthesiser.amplitude = control.amplitude;
    synthesiser.head_motion = control.head_motion;
    synthesiser.blink_rate_per_min = control.blink_rate_per_min;
    synthesiser.gaze = control.gaze;
    synthesiser.distance = control.distance;
    synthesiser.emotion = control.emotion;
    motion::MotionClip clip = motion::resample_motion(
        drive::synthesise_motion(speech::load_phones(arguments.phones),
                                 speech.mono,
                                 synthesiser,
                                 load_performer(arguments.performer, context)),
        options.fps,
        num_frames);
    motion::add_emotion(clip, options.drive.controls);
    return clip;
}

void run_animate(const AnimateArguments& arguments, Context& context) {
    render::RenderOptions options = arguments.options.to_options();
    options.drive.check();
    if (!arguments.phones.empty() && arguments.options.has("controls")) {
        throw core::Error(core::ErrorKind::Usage,
                          "--phones with --controls: the synthesiser knows no curves");
    }
    { const core::AtomicFile probe(arguments.out, options.force); }
    const render::Speech speech = render::load_speech(options.audio, options.allow_long);
    if (speech.is_silent) {
        core::log_warning("speech '" + options.audio + "' is silent: the face only idles");
    }
    const std::string content = core::sha256_file(options.audio);
    const std::uint64_t seed = options.drive.seed.value_or(render::default_seed("", content));
    options.drive.seed = seed;
    options.drive.performance = arguments.performance.empty() ? content : arguments.performance;
    context.stop.throw_if_stopped();
    const auto num_frames = static_cast<int>(
        core::num_frames(speech.sound.num_frames(), speech.sound.sample_rate, options.fps));
    const motion::MotionClip clip =
        arguments.phones.empty()
            ? drive::SpeechDriver(context.model_dir)
                  .drive(speech.mono, options.fps, num_frames, options.drive, context.stop)
            : synthesise(arguments, speech, num_frames, options, context);
    context.stop.throw_if_stopped();
    motion::save_motion(arguments.out, clip, options.force);
    const std::string driver =
        arguments.phones.empty() ? drive::driver_name(options.drive.driver) : "synthesiser";
    const std::string text = arguments.out + ": " + std::to_string(num_frames) + " frames at " +
                             core::to_string(options.fps) + " fps, driver " + driver + "\n";
    context.print_result({{"out", arguments.out},
                          {"frames", num_frames},
                          {"duration_s", clip.duration_s()},
                          {"fps", core::to_string(options.fps)},
                          {"driver", driver},
                          {"seed", seed}},
                         context.quiet ? "" : text);
}

}  // namespace

void add_animate_command(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand("animate", "Speech to a motion file, without a face");
    const auto arguments = std::make_shared<AnimateArguments>();
    command->add_option("--out", arguments->out, "Motion (.csv or .safetensors)")->required();
    command->add_option("--phones",
                        arguments->phones,
                        "Alignment of the speech: motion by the synthesiser, without a network");
    command->add_option("--performer",
                        arguments->performer,
                        "With --phones: network that moves head, brows and lids (vasa prepare)");
    command->add_option("--performance",
                        arguments->performance,
                        "Any text: with one seed and text, different speech gets the same random "
                        "numbers (default: the content of the speech)");
    add_motion_arguments(*command, arguments->options);
    command->get_option("--audio")->required();
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_animate(*arguments, context); };
    });
}

}  // namespace vasa::app
