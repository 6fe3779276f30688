// SPDX-License-Identifier: Apache-2.0
#include "context.h"

#include "vasa/motion/motion_clip.h"
#include "vasa/train/prepare_landmarks.h"

#include <cstdio>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

std::string line_of(const train::PreparedShot& shot) {
    char text[160];
    std::snprintf(text,
                  sizeof text,
                  ": %d frames, %d outliers, fit error %.4f%s\n",
                  shot.num_frames,
                  shot.num_outliers,
                  shot.mean_fit_error,
                  shot.is_held_out ? ", held out" : "");
    return shot.path + text;
}

std::string text_of(const train::RecordedMotionFigures& figures) {
    char text[200];
    std::snprintf(text,
                  sizeof text,
                  "yaw, pitch, roll: std %.1f %.1f %.1f degrees; %.1f blinks a minute; correlation "
                  "of jaw and pitch %.2f\n",
                  figures.yaw_std_deg,
                  figures.pitch_std_deg,
                  figures.roll_std_deg,
                  figures.blinks_per_minute,
                  figures.jaw_pitch_correlation);
    return text;
}

void run_prepare_landmarks(train::PrepareLandmarksOptions& options, Context& context) {
    options.model_dir = context.model_dir;
    const train::PrepareLandmarksReport report = train::prepare_landmarks(
        options, context.progress(static_cast<double>(motion::kMotionRate_hz)), context.stop);
    nlohmann::json list = nlohmann::json::array();
    std::string text;
    int num_frames = 0, num_held_out = 0;
    for (const train::PreparedShot& shot : report.shots) {
        list.push_back({{"out", shot.path},
                        {"clip", shot.clip},
                        {"frames", shot.num_frames},
                        {"outliers", shot.num_outliers},
                        {"mean_fit_error", shot.mean_fit_error},
                        {"held_out", shot.is_held_out}});
        text += line_of(shot);
        num_frames += shot.num_frames;
        num_held_out += shot.is_held_out ? 1 : 0;
    }
    text += std::to_string(report.shots.size()) + " shots (" + std::to_string(num_held_out) +
            " held out), " + std::to_string(num_frames) + " frames\n" + text_of(report.figures);
    context.print_result({{"out", options.out},
                          {"frames", num_frames},
                          {"shots", list},
                          {"yaw_std_deg", report.figures.yaw_std_deg},
                          {"pitch_std_deg", report.figures.pitch_std_deg},
                          {"roll_std_deg", report.figures.roll_std_deg},
                          {"blinks_per_minute", report.figures.blinks_per_minute},
                          {"jaw_pitch_correlation", report.figures.jaw_pitch_correlation}},
                         context.quiet ? "" : text);
}

}  // namespace

void add_prepare_landmarks_command(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand(
        "prepare-landmarks", "Recordings of 68 face landmarks to motion files, one per shot");
    const auto options = std::make_shared<train::PrepareLandmarksOptions>();
    command
        ->add_option("--landmarks",
                     options->landmarks,
                     "Recordings of one person (.npz): [frames, 68, 2] per clip")
        ->required();
    command->add_option("--timing", options->timing, "Their film frames, shots and outliers (.npz)")
        ->required();
    command->add_option("--out", options->out, "Folder for the motion files")->required();
    command->add_option(
        "--held-out", options->held_out_list, "File of clip names kept for measuring");
    command->add_option("--width", options->motion.width_px, "Width of the picture, pixels")
        ->capture_default_str();
    command->add_option("--height", options->motion.height_px, "Height of the picture, pixels")
        ->capture_default_str();
    command->add_option("--focal", options->motion.focal_widths, "Focal length / width")
        ->capture_default_str();
    command->add_flag("--force", options->force, "Replace existing output");
    command->callback([options, &context] {
        context.action = [options, &context] { run_prepare_landmarks(*options, context); };
    });
}

}  // namespace vasa::app
