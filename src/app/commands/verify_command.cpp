// SPDX-License-Identifier: Apache-2.0
#include "context.h"
#include "marks_finding.h"
#include "media_files.h"

#include <memory>
#include <optional>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

using core::Error;
using nlohmann::json;

struct VerifyArguments {
    std::vector<std::string> paths;
    MarksArguments marks;
};

void run_verify(const VerifyArguments& arguments, Context& context) {
    const provenance::MarksOptions options = marks_options(arguments.marks);
    std::vector<MarksFinding> findings;
    json results = json::array();
    std::string text;
    const auto add = [&](MarksFinding finding) {
        results.push_back(finding_json(finding));
        text += finding.path + ": " + finding_text(finding) + "\n";
        findings.push_back(std::move(finding));
    };
    for_media_files(
        arguments.paths,
        [&](const std::string& file) {
            context.stop.throw_if_stopped();
            add(find_marks(file, options));
        },
        [&](const std::string& folder, const Error& problem) {
            add({folder, std::nullopt, problem});
        });
    const std::optional<Error> error = marks_outcome(findings, findings.size());
    json result = {{"files", std::move(results)}};
    result["exit_code"] = error ? core::exit_code(error->kind()) : 0;
    context.print_result(std::move(result), text);
    if (error) {
        throw Error(*error);
    }
}

}  // namespace

void add_verify_command(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand(
        "verify", "Checks what files say about their origin: C2PA manifest, tags, watermark");
    const auto arguments = std::make_shared<VerifyArguments>();
    command->add_option("files", arguments->paths, "Videos, pictures, folders of them")->required();
    add_marks_options(*command, arguments->marks);
    command->footer(
        "Exit codes: 0 marks found and intact, 1 contradictory or tampered with, 3 unreadable,\n"
        "6 a manifest cannot be checked without the C2PA library, 8 no marks.");
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_verify(*arguments, context); };
    });
}

}  // namespace vasa::app
