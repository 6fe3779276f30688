// SPDX-License-Identifier: Apache-2.0
#include "context.h"
#include "option_arguments.h"
#include "render_json.h"

#include "vasa/render/render.h"

#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {

nlohmann::json render_result_json(const render::RenderResult& result) {
    const render::StageSeconds& s = result.seconds;
    nlohmann::json models = nlohmann::json::object();
    for (const models::ModelFile& model : result.models) {
        models[model.name] = model.sha256;
    }
    return {{"out", result.out},
            {"frames", result.num_frames},
            {"duration_s", result.duration_s},
            {"fps", result.fps},
            {"real_time_factor", result.real_time_factor},
            {"peak_memory_bytes", result.peak_memory_bytes},
            {"driver", result.driver},
            {"seed", result.seed},
            {"decoder", result.decoder},
            {"job_sha256", result.job_sha256},
            {"signed_by", result.signed_by},
            {"seconds",
             {{"speech", s.speech_s},
              {"models", s.models_s},
              {"portrait", s.portrait_s},
              {"prepare", s.prepare_s},
              {"motion", s.motion_s},
              {"frames", s.frames_s},
              {"encode", s.encode_s},
              {"first_frame", s.first_frame_s},
              {"total", s.total_s}}},
            {"models", models},
            {"sha256",
             {{"portrait", result.portrait_sha256},
              {"speech", result.speech_sha256},
              {"motion", result.motion_sha256},
              {"pose", result.pose_sha256},
              {"dynamics", result.dynamics_sha256}}}};
}

namespace {

void run_render(const OptionArguments& arguments, Context& context) {
    render::RenderOptions options = arguments.to_options();
    options.threads = context.threads;
    options.model_dir = context.model_dir;
    const render::RenderResult result =
        render::render(options, context.progress(options.fps.value()), context.stop);
    char text[200];
    std::snprintf(text,
                  sizeof text,
                  ": %lld frames, %s, made in %s (%.1f fps, real-time factor %.2f)\n",
                  static_cast<long long>(result.num_frames),
                  format_duration(result.duration_s).c_str(),
                  format_duration(result.seconds.total_s).c_str(),
                  result.fps,
                  result.real_time_factor);
    context.print_result(render_result_json(result), context.quiet ? "" : result.out + text);
}

}  // namespace

void add_render_command(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand("render", "Portrait and speech to a video");
    const auto arguments = std::make_shared<OptionArguments>();
    add_render_arguments(*command, *arguments);
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_render(*arguments, context); };
    });
}

}  // namespace vasa::app
