// SPDX-License-Identifier: Apache-2.0
// What `vasa verify` and `vasa detect` say about a file's marks.
#pragma once

#include "vasa/core/error.h"
#include "vasa/provenance/marks_report.h"

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace CLI {
class App;
}

namespace vasa::app {

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

/// @throws Error of other kinds than Input, which are not about the file
MarksFinding find_marks(const std::string& path, const provenance::MarksOptions& options);

nlohmann::json finding_json(const MarksFinding& finding);
/// "verdict: summary", printable.
std::string finding_text(const MarksFinding& finding);

/// The error that findings amount to, the gravest one, in the order of the documents; empty if all
/// files are marked and intact.
/// @param num_files  of which the findings are a part, for the message
std::optional<core::Error> marks_outcome(const std::vector<MarksFinding>& findings,
                                         std::size_t num_files);

}  // namespace vasa::app
