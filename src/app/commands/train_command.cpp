// SPDX-License-Identifier: Apache-2.0
#include "commands/train_commands.h"
#include "git_revision.h"

#include <filesystem>

#include <CLI/CLI.hpp>

namespace vasa::app {

std::string command_text(const Context& context) {
    std::string text;
    for (const std::string& argument : context.arguments) {
        // Names without folders, which are private.
        const std::string name = std::filesystem::path(argument).lexically_normal().filename();
        text += (text.empty() ? "" : " ") + (name.empty() ? argument : name);
    }
    return text;
}

std::string git_revision() {
    return VASA_GIT_REVISION;
}

void add_train_command(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand("train", "Builds the program's own models");
    command->require_subcommand(1);
    add_train_head_command(*command, context);
    add_train_speech_encoder_command(*command, context);
    add_train_live_encoder_command(*command, context);
    add_train_motion_command(*command, context);
    add_train_decoder_command(*command, context);
    add_train_sync_command(*command, context);
    add_train_head_expert_command(*command, context);
    add_train_detector_command(*command, context);
    add_train_skin_folds_command(*command, context);
}

}  // namespace vasa::app
