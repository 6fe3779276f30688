// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace CLI {
class App;
}

namespace vasa::app {

struct Context;

// Subcommands of `vasa measure`, each in its own file.
void add_measure_motion_command(CLI::App& measure, Context& context);
void add_measure_dependence_command(CLI::App& measure, Context& context);
void add_measure_sync_command(CLI::App& measure, Context& context);
void add_measure_head_expert_command(CLI::App& measure, Context& context);
void add_measure_controls_command(CLI::App& measure, Context& context);
void add_measure_background_command(CLI::App& measure, Context& context);
void add_measure_emotions_command(CLI::App& measure, Context& context);
void add_measure_eyes_command(CLI::App& measure, Context& context);
void add_measure_decoder_command(CLI::App& measure, Context& context);
void add_measure_detect_command(CLI::App& measure, Context& context);
void add_measure_pairs_command(CLI::App& measure, Context& context);
void add_measure_watermark_command(CLI::App& measure, Context& context);

}  // namespace vasa::app
