// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/stop_token.h"

namespace vasa::app {

/// Opens any closed standard stream, so that no file of the program gets its number. Reading
/// standard input then gives end of file; writing to the others gives an error.
void secure_standard_streams();

/// Ignores SIGPIPE; starts a thread that takes SIGINT and SIGTERM: the first requests a stop, the
/// second removes temporary files and exits with 130 or 143. Call before any other thread starts.
/// SIGINT stays ignored if it was when the program started (as in a background job of a script).
void install_signal_handling(const core::StopToken& stop);

}  // namespace vasa::app
