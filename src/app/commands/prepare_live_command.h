// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace CLI {
class App;
}

namespace vasa::app {

struct Context;

void add_prepare_live_command(CLI::App& app, Context& context);

}  // namespace vasa::app
