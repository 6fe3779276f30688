// SPDX-License-Identifier: Apache-2.0
#include "context.h"
#include "render_json.h"

#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/render/batch.h"
#include "vasa/render/job_list.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

struct BatchArguments {
    std::string list;
    std::optional<std::uint64_t> seed;
    render::BatchOptions options;
};

nlohmann::json outcome_json(const render::JobOutcome& outcome) {
    nlohmann::json line = nlohmann::json::object();
    if (outcome.state == render::JobState::Done) {
        line = render_result_json(outcome.result);
        line["warnings"] = outcome.result.warnings;
    }
    line["line"] = outcome.line;
    line["out"] = outcome.out;
    line["state"] = render::job_state_name(outcome.state);
    if (outcome.error) {
        line["error"] = {{"kind", core::error_kind_name(outcome.error->kind())},
                         {"message", outcome.error->what()},
                         {"hint", outcome.error->hint()}};
    }
    return line;
}

void run_batch_command(BatchArguments arguments, Context& context) {
    render::BatchOptions& options = arguments.options;
    options.model_dir = context.model_dir;
    options.threads = context.threads;
    const std::vector<render::BatchJob> jobs = render::load_jobs(arguments.list, arguments.seed);
    std::optional<core::Error> closed;
    options.finished = [&](const render::JobOutcome& outcome) {
        context.has_result = true;
        if (outcome.error) {
            context.terminal.error(
                core::Error(outcome.error->kind(),
                            "line " + std::to_string(outcome.line) + ": " + outcome.error->what(),
                            outcome.error->hint()));
        }
        // File names need not be UTF-8.
        const std::string text =
            outcome_json(outcome).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) +
            "\n";
        if (!closed && (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() ||
                        std::fflush(stdout) != 0)) {
            closed.emplace(core::ErrorKind::Output,
                           std::string("cannot write to standard output: ") + std::strerror(errno));
        }
    };
    const auto progress = [&](std::int64_t done, std::int64_t total) {
        constexpr double kStep = 1.0 / static_cast<double>(render::kJobSteps);
        context.terminal.progress_of(
            kStep * static_cast<double>(done), kStep * static_cast<double>(total), "jobs");
    };
    const render::BatchSummary summary = render::run_batch(jobs, options, progress, context.stop);
    core::log_info(std::to_string(summary.num_done + summary.num_checked) +
                   (options.dry_run ? " checked, " : " done, ") +
                   std::to_string(summary.num_skipped) + " skipped, " +
                   std::to_string(summary.num_claimed) + " claimed by others, " +
                   std::to_string(summary.num_failed) + " failed");
    if (closed) {
        throw core::Error(*closed);
    }
    if (summary.num_failed > 0) {
        throw core::Error(core::ErrorKind::Batch,
                          std::to_string(summary.num_failed) + " of " +
                              std::to_string(jobs.size()) + " jobs failed");
    }
}

}  // namespace

void add_batch_command(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand("batch", "Renders a list of jobs");
    const auto arguments = std::make_shared<BatchArguments>();
    render::BatchOptions& options = arguments->options;
    command
        ->add_option("list",
                     arguments->list,
                     "Jobs: JSON lines or CSV with the options of render; - = standard input")
        ->required();
    command->add_option("--jobs", options.num_workers, "Jobs at a time")->capture_default_str();
    command
        ->add_option(
            "--device", options.devices, "Devices that the workers take in turn: cuda:0,cuda:1")
        ->delimiter(',');
    command
        ->add_option("--seed",
                     arguments->seed,
                     "Gives jobs that name no seed other ones, from N and their names")
        ->check(CLI::NonNegativeNumber);
    command->add_flag(
        "--resume",
        options.resume,
        "Skip jobs done from the same inputs, options and models; replace the others");
    command->add_flag("--dry-run", options.dry_run, "Check every job, render nothing");
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_batch_command(*arguments, context); };
    });
}

}  // namespace vasa::app
