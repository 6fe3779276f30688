// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/drive/speech_motion.h"

#include <cstdint>
#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace vasa::app {

/// Options of render and animate that say how speech becomes motion.
struct MotionArguments {
    std::string driver = drive::driver_name(drive::default_driver());
    std::string controls;  ///< file
    std::string gaze, emotion;
    std::optional<float> distance, amplitude, head_motion, expression, blink_rate;
    std::optional<float> cfg_audio, cfg_gaze;
    int steps = 10;
    std::uint64_t seed = 0;
    std::string style;
    std::string device = "auto";

    /// The file's curves, replaced by what the command line gives.
    /// @throws Error(Usage); Error(Input) for the file
    drive::SpeechMotionOptions to_options() const;
};

void add_motion_arguments(CLI::App& command, MotionArguments& arguments);

}  // namespace vasa::app
