// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace CLI {
class App;
}

namespace vasa::app {

struct Context;

/// `vasa measure motion`.
void add_measure_motion_command(CLI::App& measure, Context& context);

}  // namespace vasa::app
