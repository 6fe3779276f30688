// SPDX-License-Identifier: Apache-2.0
#include "commands/training_arguments.h"

#include "commands/train_commands.h"

#include "vasa/core/error.h"

#include <cstdlib>

#include <CLI/CLI.hpp>

namespace vasa::app {
void add_training_options(CLI::App& command, train::TrainingOptions& options) {
    const auto add = [&](const char* name, auto& value, const char* help) {
        command.add_option(name, value, help)->capture_default_str();
    };
    add("--out", options.out, "Weights");
    add("--checkpoint", options.checkpoint, "Where to go on from, and to");
    add("--curves", options.curves, "Validation curves (.csv; a plot beside them)");
    add("--steps", options.num_steps, "Steps in all");
    add("--learning-rate",
        options.learning_rate,
        "Learning rate after the warm-up; falls along a cosine");
    add("--warmup", options.warmup_steps, "Steps of the warm-up");
    add("--ema", options.ema_decay, "Decay of the averaged weights; 0 = no average");
    add("--validate-every", options.validate_every, "Steps between validations");
    add("--seed", options.seed, "Seed");
    add("--device", options.device, "cpu or cuda:n");
    command.add_flag("--bf16", options.bf16, "Matrix products and convolutions in bfloat16");
}

void connect_training(train::TrainingOptions& options, Context& context) {
    options.command = command_text(context);
    options.revision = git_revision();
    options.stop = context.stop;
    options.progress = context.progress(0);  // steps are not video frames
}

std::pair<std::string, std::string> split_setting(const std::string& option,
                                                  const std::string& text,
                                                  const std::string& expected) {
    const std::size_t split = text.find('=');
    if (split == 0 || split == std::string::npos) {
        throw core::Error(core::ErrorKind::Usage,
                          option + " is '" + text + "', expected " + expected);
    }
    return {text.substr(0, split), text.substr(split + 1)};
}

std::map<std::string, double> parse_shares(const std::vector<std::string>& texts) {
    constexpr const char* kExpected = "SOURCE=0..1";
    std::map<std::string, double> shares;
    for (const std::string& text : texts) {
        const auto [source, value] = split_setting("--share", text, kExpected);
        char* end = nullptr;
        const double share = std::strtod(value.c_str(), &end);
        if (value.empty() || *end != '\0' || !(share >= 0.0 && share <= 1.0)) {
            throw core::Error(core::ErrorKind::Usage,
                              "--share is '" + text + "', expected " + kExpected);
        }
        shares[source] = share;
    }
    return shares;
}

}  // namespace vasa::app
