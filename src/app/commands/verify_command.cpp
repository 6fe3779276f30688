// SPDX-License-Identifier: Apache-2.0
#include "context.h"
#include "marks_finding.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

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
    find_marks(arguments.paths, options, context.stop, add);
    print_findings(std::move(results), text, marks_outcome(findings, findings.size()), context);
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
