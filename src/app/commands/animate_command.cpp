// SPDX-License-Identifier: Apache-2.0
#include "context.h"
#include "option_arguments.h"
#include "performer_argument.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/hash.h"
#include "vasa/core/log.h"
#include "vasa/drive/live_motion.h"
#include "vasa/drive/speech_motion.h"
#include "vasa/drive/synthesiser.h"
#include "vasa/motion/emotional_motion.h"
#include "vasa/motion/motion_clip.h"
#include "vasa/render/default_seed.h"
#include "vasa/render/speech_input.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

struct AnimateArguments {
    std::string out, phones, performance, performer;
    bool is_live = false;
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

/// Motion as it is made while the speech arrives.
motion::MotionClip animate_live(const render::Speech& speech,
                                int num_frames,
                                const render::RenderOptions& options,
                                const Context& context) {
    drive::LiveMotionOptions live;
    live.fps = options.fps;
    live.seed = drive::performance_seed(options.drive.seed.value(), options.drive.performance);
    live.controls = options.drive.controls.at(0.0);
    live.style = options.drive.style;
    drive::LiveMotion motion(drive::LiveModels::load(context.model_dir, options.drive.device),
                             live);
    motion::MotionClip clip;
    clip.fps = options.fps;
    clip.metadata = {{"driver", "live"}, {"seed", std::to_string(options.drive.seed.value())}};
    constexpr std::size_t kPiece = 160;
    std::vector<float> piece(kPiece);
    for (std::size_t first = 0; static_cast<int>(clip.frames.size()) < num_frames;
         first += kPiece) {
        context.stop.throw_if_stopped();
        for (std::size_t i = 0; i < kPiece; ++i) {
            const bool is_over = first + i >= speech.mono.size();  // silence follows
            piece[i] = is_over ? 0.0F : speech.mono[first + i];
        }
        motion.push(piece);
        while (motion.frames_ready() > 0 && static_cast<int>(clip.frames.size()) < num_frames) {
            const double time_s = static_cast<double>(clip.frames.size()) / options.fps.value();
            motion.set_controls(options.drive.controls.at(time_s));
            clip.frames.push_back(motion.next());
        }
    }
    return clip;
}

motion::MotionClip animate(const AnimateArguments& arguments,
                           const render::Speech& speech,
                           int num_frames,
                           const render::RenderOptions& options,
                           const Context& context) {
    if (!arguments.phones.empty()) {
        return synthesise(arguments, speech, num_frames, options, context);
    }
    if (arguments.is_live) {
        return animate_live(speech, num_frames, options, context);
    }
    return drive::SpeechDriver(context.model_dir)
        .drive(speech.mono, options.fps, num_frames, options.drive, context.stop);
}

void run_animate(const AnimateArguments& arguments, Context& context) {
    render::RenderOptions options = arguments.options.to_options();
    options.drive.check();
    if (!arguments.phones.empty() && arguments.options.has("controls")) {
        throw core::Error(core::ErrorKind::Usage,
                          "--phones with --controls: the synthesiser knows no curves");
    }
    if (arguments.is_live &&
        (!arguments.phones.empty() || options.drive.driver != drive::Driver::Diffusion)) {
        throw core::Error(core::ErrorKind::Usage,
                          "--live with --phones or --driver: live motion has a network of its own");
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
    const motion::MotionClip clip = animate(arguments, speech, num_frames, options, context);
    context.stop.throw_if_stopped();
    motion::save_motion(arguments.out, clip, options.force);
    const std::string driver = !arguments.phones.empty() ? "synthesiser"
                               : arguments.is_live       ? "live"
                                                         : drive::driver_name(options.drive.driver);
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
    command->add_flag("--live",
                      arguments->is_live,
                      "Motion as it is made while the speech arrives, shown at its own time");
    add_motion_arguments(*command, arguments->options);
    command->get_option("--audio")->required();
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_animate(*arguments, context); };
    });
}

}  // namespace vasa::app
