// SPDX-License-Identifier: Apache-2.0
#include "context.h"

#include "vasa/models/upgrade_model.h"

#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

struct UpgradeArguments {
    std::vector<std::string> files;
    models::ModelNotes notes;
};

void run_upgrade(const UpgradeArguments& arguments, Context& context) {
    nlohmann::json rows = nlohmann::json::array();
    std::string text;
    for (const std::string& path : arguments.files) {
        const models::UpgradeResult result = models::upgrade_model(path, arguments.notes);
        const char* const kind = models::file_format(result.kind).name;
        rows.push_back({{"file", path},
                        {"kind", kind},
                        {"from_version", result.from_version},
                        {"version", result.to_version},
                        {"changed", result.is_changed},
                        {"tensors_sha256", result.tensors_hash}});
        text +=
            path + ": " + kind + " of version " + std::to_string(result.to_version) +
            (result.is_changed ? ", was " + std::to_string(result.from_version) : ", as it was") +
            "; tensors " + result.tensors_hash + "\n";
    }
    context.print_result({{"models", rows}}, text);
}

}  // namespace

void add_models_command(CLI::App& app, Context& context) {
    CLI::App* models = app.add_subcommand("models", "Model files");
    models->require_subcommand(1);
    CLI::App* upgrade = models->add_subcommand(
        "upgrade",
        "Brings models up to the current version of their format, in place; tensors stay as they "
        "are");
    const auto arguments = std::make_shared<UpgradeArguments>();
    upgrade->add_option("files", arguments->files, "Models (.safetensors)")->required();
    upgrade->add_option("--licence", arguments->notes.licence, "Licence to record");
    upgrade->add_option("--data", arguments->notes.data, "Training data to record");
    upgrade->add_option("--command", arguments->notes.command, "Training command to record");
    upgrade->add_option("--revision", arguments->notes.revision, "Source revision to record");
    upgrade->callback([arguments, &context] {
        context.action = [arguments, &context] { run_upgrade(*arguments, context); };
    });
}

}  // namespace vasa::app
