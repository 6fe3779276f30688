// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "context.h"

#include "vasa/train/training_options.h"

#include <map>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace vasa::app {

/// Declares the options of all trainings that use the training loop, with the defaults in
/// `options`: --out, --checkpoint, --curves, --steps, --learning-rate, --warmup, --ema,
/// --validate-every, --seed, --device, --bf16.
void add_training_options(CLI::App& command, train::TrainingOptions& options);

/// Connects a training to the program: recorded command and revision, stop, progress.
void connect_training(train::TrainingOptions& options, Context& context);

/// Shares by source from "SOURCE=0..1" of --share. @throws Error(Usage)
std::map<std::string, double> parse_shares(const std::vector<std::string>& texts);

/// The two sides of "SOURCE=VALUE". @throws Error(Usage) naming the option and the expected form
std::pair<std::string, std::string> split_setting(const std::string& option,
                                                  const std::string& text,
                                                  const std::string& expected);

}  // namespace vasa::app
