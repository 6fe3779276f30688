// SPDX-License-Identifier: Apache-2.0
#include "context.h"
#include "live/frame_writer.h"
#include "live/live_stream.h"
#include "option_arguments.h"

#include "vasa/core/error.h"
#include "vasa/media/raw_sound.h"
#include "vasa/render/live_options.h"

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

namespace vasa::app {
namespace {

/// Descriptors are small numbers; more is a mistake.
constexpr int kFirstFreeFd = 3;  // after standard input, output and error
constexpr int kMaxFd = 1 << 20;

struct LiveArguments {
    std::string audio = "-", audio_format = "s16le:16000";
    std::string out = "-", format, pace = "real", when_slow;
    double max_lag_s = 0;
    bool force = false;
    int control_fd = -1;
    std::string control_socket;
    OptionArguments options;
};

WhenSlow when_slow_of(const LiveArguments& arguments, render::Pace pace) {
    if (arguments.when_slow.empty()) {
        return pace == render::Pace::Real ? WhenSlow::Drop : WhenSlow::Wait;
    }
    if (arguments.when_slow == "drop" && pace == render::Pace::Input) {
        throw core::Error(core::ErrorKind::Usage,
                          "--when-slow drop with --pace input: frames that have no time cannot be "
                          "late",
                          "use --when-slow wait");
    }
    return arguments.when_slow == "drop" ? WhenSlow::Drop : WhenSlow::Wait;
}

void run_live(const LiveArguments& arguments, Context& context) {
    LiveStreamOptions options;
    render::LiveOptions& live = options.live;
    live.render = arguments.options.to_options();
    live.render.threads = context.threads;
    live.render.model_dir = context.model_dir;
    live.pace = arguments.pace == "real" ? render::Pace::Real : render::Pace::Input;
    options.when_slow = when_slow_of(arguments, live.pace);
    live.may_skip = options.when_slow == WhenSlow::Drop;
    live.max_lag_s = arguments.max_lag_s;
    options.sound = media::parse_raw_sound(arguments.audio_format);
    options.audio = arguments.audio;
    options.control_fd = arguments.control_fd;
    options.control_socket = arguments.control_socket;
    check_live_protocol(arguments.out);
    options.target.name = arguments.out;
    options.target.format = arguments.format.empty() ? live_format_of(arguments.out)
                                                     : find_live_format(arguments.format);
    options.target.force = arguments.force;
    options.target.fps = live.render.fps;
    live.is_yuv = is_yuv(options.target.format);
    live.check();
    // Standard output holds the stream: an error must not be printed into it.
    context.has_result = true;
    run_live_stream(options, context);
}

}  // namespace

void add_live_command(CLI::App& app, Context& context) {
    CLI::App* command =
        app.add_subcommand("live", "Speech in, frames out, while it is spoken (docs/live.md)");
    const auto arguments = std::make_shared<LiveArguments>();
    command
        ->add_option("--audio",
                     arguments->audio,
                     "Speech: - (raw, standard input), or a file or URL of libav")
        ->type_name("ADDRESS")
        ->group("Live")
        ->capture_default_str();
    command
        ->add_option("--audio-format",
                     arguments->audio_format,
                     "Raw speech on standard input: s16le or f32le, rate, channels")
        ->type_name("TYPE:RATE[:CHANNELS]")
        ->group("Live")
        ->capture_default_str();
    command->add_option("--out", arguments->out, "Stream: - (standard output), a file, FIFO or URL")
        ->group("Live")
        ->capture_default_str();
    command
        ->add_option("--format",
                     arguments->format,
                     "yuv4mpeg, rgb24, nv12 (pictures alone), mp4, mpegts, flv (default: by --out)")
        ->group("Live");
    command
        ->add_option("--pace",
                     arguments->pace,
                     "real: by the clock, idle while no speech comes; input: as fast as it comes")
        ->check(CLI::IsMember({"real", "input"}))
        ->group("Live")
        ->capture_default_str();
    command
        ->add_option("--when-slow",
                     arguments->when_slow,
                     "What a slow reader costs: drop frames, or wait for it (default: drop with "
                     "--pace real)")
        ->check(CLI::IsMember({"drop", "wait"}))
        ->group("Live");
    command
        ->add_option("--max-lag",
                     arguments->max_lag_s,
                     "Drop speech that waits longer, for microphones (s, 0 = none)")
        ->group("Live")
        ->capture_default_str();
    command->add_flag("--force", arguments->force, "Replace an existing file")->group("Live");
    command
        ->add_option("--control-fd",
                     arguments->control_fd,
                     "Descriptor from which lines of controls are read")
        ->check(CLI::Range(kFirstFreeFd, kMaxFd))
        ->group("Live");
    command
        ->add_option("--control-socket",
                     arguments->control_socket,
                     "Path of a Unix socket that takes lines of controls")
        ->check([](const std::string& path) {
            return path.empty() ? std::string("the path is empty") : std::string();
        })
        ->group("Live");
    add_live_arguments(*command, arguments->options);
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_live(*arguments, context); };
    });
}

}  // namespace vasa::app
