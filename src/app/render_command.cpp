// SPDX-License-Identifier: Apache-2.0
#include "context.h"
#include "motion_arguments.h"

#include "vasa/core/rational.h"
#include "vasa/render/render.h"

#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

struct RenderArguments {
    render::RenderOptions options;
    std::string fps = "25";
    MotionArguments motion;
};

void add_input_options(CLI::App& command, render::RenderOptions& options) {
    command.add_option("--image", options.image, "Portrait (PNG, JPEG, WebP, TIFF, BMP)");
    command.add_option("--face", options.face, "Face code written by vasa encode");
    command
        .add_option("--face-index", options.face_index, "Which face of the portrait, largest first")
        ->capture_default_str();
    command.add_option(
        "--audio", options.audio, "Speech (WAV, FLAC, OGG, MP3, M4A, Opus, the sound of a video)");
    command.add_flag("--allow-long", options.allow_long, "Accept speech over 60 s");
}

void add_output_options(CLI::App& command, RenderArguments& arguments) {
    render::RenderOptions& options = arguments.options;
    command
        .add_option(
            "--out",
            options.out,
            "Result: an .mp4 file, or a PNG sequence such as dir/%05d.png (numbered from 1)")
        ->required();
    command.add_option("--fps", arguments.fps, "Frame rate: 24, 25, 30000/1001, 30, 50, 60, ...")
        ->capture_default_str();
    command.add_option("--codec", options.codec, "H.264 encoder: libx264, h264_nvenc")
        ->capture_default_str();
    command.add_option("--crf", options.crf, "Quality, 0-51, lower is better")
        ->capture_default_str();
    command.add_option("--preset", options.preset, "Encoder preset")->capture_default_str();
    command
        .add_option("--decoder", options.decoder, "What paints frames: auto, fast, full, geometry")
        ->capture_default_str();
    command.add_option("--precision", options.precision, "Of the decoder: auto, fp32, bf16, fp16")
        ->capture_default_str();
    command.add_flag("--force", options.force, "Replace existing output");
}

void add_motion_files(CLI::App& command, render::RenderOptions& options) {
    const auto add = [&command](const char* name, auto& value, const char* text) {
        return command.add_option(name, value, text)->group("Motion files");
    };
    add("--motion", options.motion, "Motion file (.csv, .safetensors) to play");
    add("--pose-from", options.pose_from, "Motion file whose head pose is used instead");
    add("--dynamics-from",
        options.dynamics_from,
        "Motion file whose expressions and gaze are used instead");
    add("--motion-scale", options.motion_scale, "Strength of motion files, 0-3")
        ->capture_default_str();
    command.add_flag("--loop", options.loop, "Repeat motion files that are too short")
        ->group("Motion files");
}

nlohmann::json to_json(const render::RenderResult& result) {
    const render::StageSeconds& s = result.seconds;
    nlohmann::json models = nlohmann::json::object();
    for (const render::ModelFile& model : result.models) {
        models[model.name] = model.sha256;
    }
    return {{"out", result.out},
            {"frames", result.num_frames},
            {"duration_s", result.duration_s},
            {"fps", result.fps},
            {"real_time_factor", result.real_time_factor},
            {"peak_memory_bytes", result.peak_memory_bytes},
            {"driver", result.driver},
            {"decoder", result.decoder},
            {"seconds",
             {{"speech", s.speech_s},
              {"models", s.models_s},
              {"portrait", s.portrait_s},
              {"prepare", s.prepare_s},
              {"motion", s.motion_s},
              {"frames", s.frames_s},
              {"paint", s.paint_s},
              {"colour", s.colour_s},
              {"encode", s.encode_s},
              {"first_frame", s.first_frame_s},
              {"total", s.total_s}}},
            {"models", models},
            {"sha256",
             {{"portrait", result.portrait_sha256},
              {"speech", result.speech_sha256},
              {"motion", result.motion_sha256},
              {"pose", result.pose_sha256},
              {"dynamics", result.dynamics_sha256}}}};
}

void run_render(RenderArguments arguments, Context& context) {
    render::RenderOptions& options = arguments.options;
    options.fps = core::parse_frame_rate(arguments.fps);
    options.drive = arguments.motion.to_options();
    options.threads = context.threads;
    options.model_dir = context.model_dir;
    const render::RenderResult result =
        render::render(options, context.progress(options.fps.value()), context.stop);
    char text[200];
    std::snprintf(text,
                  sizeof text,
                  ": %lld frames, %s, made in %s (%.1f fps, real-time factor %.2f)\n",
                  static_cast<long long>(result.num_frames),
                  format_duration(result.duration_s).c_str(),
                  format_duration(result.seconds.total_s).c_str(),
                  result.fps,
                  result.real_time_factor);
    context.print_result(to_json(result), context.quiet ? "" : result.out + text);
}

}  // namespace

void add_render_command(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand("render", "Portrait and speech to a video");
    const auto arguments = std::make_shared<RenderArguments>();
    add_input_options(*command, arguments->options);
    add_output_options(*command, *arguments);
    add_motion_arguments(*command, arguments->motion);
    add_motion_files(*command, arguments->options);
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_render(*arguments, context); };
    });
}

}  // namespace vasa::app
