// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "context.h"

#include <string>

namespace vasa::app {

// Subcommands of `vasa train`, each in its own file.
void add_train_head_command(CLI::App& train, Context& context);
void add_train_speech_encoder_command(CLI::App& train, Context& context);
void add_train_live_encoder_command(CLI::App& train, Context& context);
void add_train_motion_command(CLI::App& train, Context& context);
void add_train_decoder_command(CLI::App& train, Context& context);
void add_train_sync_command(CLI::App& train, Context& context);
void add_train_detector_command(CLI::App& train, Context& context);
void add_train_head_expert_command(CLI::App& train, Context& context);
void add_train_skin_folds_command(CLI::App& train, Context& context);

/// The command line as one text, paths without their folders, recorded in the command's output.
std::string command_text(const Context& context);
/// The revision of the source code that the program was built from, also recorded there; empty if
/// built outside git.
std::string git_revision();

}  // namespace vasa::app
