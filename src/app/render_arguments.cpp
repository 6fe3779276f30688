// SPDX-License-Identifier: Apache-2.0
#include "render_arguments.h"

#include "vasa/core/rational.h"

#include <CLI/CLI.hpp>

namespace vasa::app {
namespace {

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
        .add_option(
            "--decoder", arguments.decoder, "What paints frames: auto, fast, full, geometry")
        ->capture_default_str();
    command
        .add_option("--precision", arguments.precision, "Of the decoder: auto, fp32, bf16, fp16")
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

}  // namespace

render::RenderOptions RenderArguments::to_options() const {
    render::RenderOptions result = options;
    result.fps = core::parse_frame_rate(fps);
    result.decoder = render::find_decoder(decoder);
    result.precision = decode::parse_precision(precision);
    result.drive = motion.to_options();
    return result;
}

void add_render_arguments(CLI::App& command, RenderArguments& arguments) {
    add_input_options(command, arguments.options);
    add_output_options(command, arguments);
    add_motion_arguments(command, arguments.motion);
    add_motion_files(command, arguments.options);
}

}  // namespace vasa::app
