// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "context.h"

namespace vasa::app {

/// Reads the command line into the context and applies the common options.
/// @return false if help or version was printed and nothing is left to do
/// @throws Error(Usage)
bool parse_command_line(int argc, char** argv, Context& context);

}  // namespace vasa::app
