// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/stop_token.h"

namespace vasa::app {

/// Opens what is closed of the three standard streams, so that no file of ours gets their number.
/// Reading standard input then gives its end, writing the others an error.
void secure_standard_streams();

/// Ignores SIGPIPE; starts a thread that takes SIGINT and SIGTERM: the first asks to stop, the
/// second removes temporary files and leaves with 130 or 143. Call before any other thread starts.
/// SIGINT stays ignored if it was when the program started (as in a background job of a script).
void install_signal_handling(const core::StopToken& stop);

}  // namespace vasa::app
