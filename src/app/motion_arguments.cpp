// SPDX-License-Identifier: Apache-2.0
#include "motion_arguments.h"

#include "vasa/core/error.h"

#include <charconv>
#include <utility>

#include <CLI/CLI.hpp>

namespace vasa::app {
namespace {

using core::Error;
using core::ErrorKind;

float parse_degrees(std::string_view text) {
    float value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        throw Error(ErrorKind::Usage,
                    "--gaze: '" + std::string(text) + "' is no number of degrees");
    }
    return value;
}

void set_gaze(const std::string& text, motion::Controls& controls) {
    const std::size_t comma = text.find(',');
    if (comma == std::string::npos) {
        throw Error(ErrorKind::Usage, "--gaze is '" + text + "', expected yaw,pitch in degrees");
    }
    const std::string_view view = text;
    controls.set("gaze_yaw", motion::ControlCurve(parse_degrees(view.substr(0, comma))));
    controls.set("gaze_pitch", motion::ControlCurve(parse_degrees(view.substr(comma + 1))));
}

}  // namespace

drive::SpeechMotionOptions MotionArguments::to_options() const {
    drive::SpeechMotionOptions options;
    options.driver = drive::find_driver(driver);
    options.steps = steps;
    options.seed = seed;
    options.style = style;
    options.device = device;
    if (!controls.empty()) {
        options.controls = motion::load_controls(controls, options.controls);
    }
    if (!gaze.empty()) {
        set_gaze(gaze, options.controls);
    }
    if (!emotion.empty()) {
        options.controls.set_emotion(emotion);
    }
    for (const auto& [name, value] : {std::pair{"distance", distance},
                                      {"amplitude", amplitude},
                                      {"head_motion", head_motion},
                                      {"expression", expression},
                                      {"blink_rate", blink_rate},
                                      {"cfg_audio", cfg_audio},
                                      {"cfg_gaze", cfg_gaze}}) {
        if (value) {
            options.controls.set(name, motion::ControlCurve(*value));
        }
    }
    options.check();
    return options;
}

void add_motion_arguments(CLI::App& command, MotionArguments& arguments) {
    const auto add = [&command](const char* name, auto& value, const char* text) {
        return command.add_option(name, value, text)->group("Motion");
    };
    add("--driver", arguments.driver, "Speech to motion: diffusion or rules")
        ->capture_default_str();
    add("--gaze", arguments.gaze, "Main direction of the eyes: yaw,pitch in degrees (0,0)");
    add("--distance", arguments.distance, "Of the head, 1 = as in the portrait, 0.5-2");
    add("--emotion",
        arguments.emotion,
        "neutral, happy, sad, angry, surprised, afraid, disgusted or contempt, with :strength");
    add("--amplitude", arguments.amplitude, "Strength of mouth motion, 0-3 (1)");
    add("--head-motion", arguments.head_motion, "Strength of head motion, 0-3 (1)");
    add("--expression", arguments.expression, "Strength of brows, lids and cheeks, 0-3 (1)");
    add("--blink-rate", arguments.blink_rate, "Blinks a minute, 0-60 (20)");
    add("--cfg-audio", arguments.cfg_audio, "Diffusion: guidance by speech, 0-5 (0.5)");
    add("--cfg-gaze", arguments.cfg_gaze, "Diffusion: guidance by gaze, 0-5 (0)");
    add("--controls",
        arguments.controls,
        "Curves of the above over time (.json or .csv); options given here replace theirs");
    add("--steps", arguments.steps, "Diffusion: steps of the sampler, 10 fast, 50 best")
        ->capture_default_str();
    add("--seed", arguments.seed, "Seed of everything random")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    add("--style", arguments.style, "Diffusion: source of the training data to move like");
    add("--device", arguments.device, "Diffusion: auto, cpu, cuda or cuda:n")
        ->capture_default_str();
}

}  // namespace vasa::app
