// SPDX-License-Identifier: Apache-2.0
// What `vasa verify` and `vasa detect` say about a file's marks.
#pragma once

#include "vasa/core/error.h"
#include "vasa/core/stop_token.h"
#include "vasa/provenance/marks_report.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace CLI {
class App;
}

namespace vasa::app {

struct Context;

/// A file whose marks were looked for.
struct MarksFinding {
    std::string path;
    std::optional<provenance::MarksReport> report;  ///< empty if the file cannot be read
    std::optional<core::Error> error;
};

/// How marks are looked for.
struct MarksArguments {
    std::string trust;
    std::string watermark_key;
};

/// Declares --trust and --watermark-key.
void add_marks_options(CLI::App& command, MarksArguments& arguments);

/// Watermarks of the public key are looked for, and of the given key if there is one.
/// @throws Error(Input) for trusted certificates or a key that cannot be used
provenance::MarksOptions marks_options(const MarksArguments& arguments);

/// Looks for the marks of files and of those in folders (for_media_files()), in order.
/// @param add  takes each finding
/// @throws Error of other kinds than Input, which are not about a file, and as
///         StopToken::throw_if_stopped()
void find_marks(const std::vector<std::string>& paths,
                const provenance::MarksOptions& options,
                const core::StopToken& stop,
                const std::function<void(MarksFinding)>& add);

nlohmann::json finding_json(const MarksFinding& finding);
/// "verdict: summary", printable.
std::string finding_text(const MarksFinding& finding);

/// The error that findings amount to, the gravest one, in the order of the documents; empty if all
/// files are marked and intact.
/// @param num_files  of which the findings are a part, for the message
std::optional<core::Error> marks_outcome(const std::vector<MarksFinding>& findings,
                                         std::size_t num_files);

/// Prints findings and the exit code of their outcome.
/// @param files  JSON of each
/// @throws Error  the outcome, if there is one
void print_findings(nlohmann::json files,
                    const std::string& text,
                    const std::optional<core::Error>& outcome,
                    Context& context);

}  // namespace vasa::app
