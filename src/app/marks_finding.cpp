// SPDX-License-Identifier: Apache-2.0
#include "marks_finding.h"

#include "context.h"
#include "media_files.h"
#include "terminal.h"

#include "vasa/marks/find_watermark.h"
#include "vasa/provenance/signing_identity.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

using core::Error;
using core::ErrorKind;
using nlohmann::json;
using provenance::MarksReport;
using provenance::Verdict;

json manifest_json(const provenance::ManifestReport& manifest) {
    json result = {{"state", provenance::manifest_state_name(manifest.state)}};
    const auto add = [&result](const char* name, const std::string& value) {
        if (!value.empty()) {
            result[name] = value;
        }
    };
    add("problem", manifest.problem);
    add("generator", manifest.generator);
    add("issuer", manifest.issuer);
    add("signed_at", manifest.signed_at);
    add("source_type", manifest.source_type);
    if (manifest.num_ingredients > 0) {
        result["ingredients"] = manifest.num_ingredients;
        result["kept_manifests"] = manifest.num_kept_manifests;
    }
    if (!manifest.generation.empty()) {
        result["generation"] = json::parse(manifest.generation);
    }
    if (!manifest.frames.empty()) {
        result["frames"] = manifest.frames.size();
    }
    return result;
}

json watermark_json(const provenance::WatermarkReport& watermark) {
    if (!watermark.is_examined) {
        return {{"state", "not examined"}};
    }
    char bits[20];
    std::snprintf(bits, sizeof bits, "%016llx", static_cast<unsigned long long>(watermark.bits));
    json result = {{"state", watermark.is_found ? "found" : "none"},
                   {"bits", bits},
                   {"confidence", watermark.confidence},
                   {"false_positive", watermark.false_positive}};
    if (watermark.is_found) {
        result["job"] = watermark.job_prefix;
    }
    return result;
}

/// Looks for a watermark; a file without frames that can be looked at is not examined.
provenance::WatermarkReport find_watermark(const std::string& path,
                                           const marks::WatermarkKey& key) {
    provenance::WatermarkReport report;
    marks::WatermarkFinding finding;
    try {
        finding = marks::find_watermark(path, key);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::Input) {
            throw;
        }
        return report;
    }
    report.is_examined = true;
    report.is_found = finding.is_found;
    report.bits = finding.bits;
    report.confidence = finding.confidence;
    report.false_positive = finding.false_positive;
    if (finding.is_found) {
        char digits[16];
        std::snprintf(digits,
                      sizeof digits,
                      "%010llx",
                      static_cast<unsigned long long>(finding.payload.job_hash));
        report.job_prefix = digits;
    }
    return report;
}

provenance::WatermarkFinder finder_of(const marks::WatermarkKey& key) {
    return [key](const std::string& path) { return find_watermark(path, key); };
}

/// Marks of one file.
MarksFinding marks_of(const std::string& path, const provenance::MarksOptions& options) {
    MarksFinding finding;
    finding.path = path;
    try {
        finding.report = provenance::read_marks(path, options);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::Input) {
            throw;
        }
        finding.error = error;
    }
    return finding;
}

}  // namespace

void add_marks_options(CLI::App& command, MarksArguments& arguments) {
    command
        .add_option("--trust",
                    arguments.trust,
                    "PEM certificates of authorities whose signers count as known")
        ->type_name("FILE");
    command
        .add_option("--watermark-key",
                    arguments.watermark_key,
                    "Key of a watermark that is looked for beside the public one")
        ->type_name("FILE");
}

provenance::MarksOptions marks_options(const MarksArguments& arguments) {
    provenance::MarksOptions options;
    if (!arguments.trust.empty()) {
        options.manifest.trust_anchors = provenance::load_certificates(arguments.trust);
    }
    options.find_watermark = finder_of(marks::WatermarkKey::public_key());
    if (!arguments.watermark_key.empty()) {
        options.find_public_watermark = options.find_watermark;
        options.find_watermark = finder_of(marks::load_watermark_key(arguments.watermark_key));
    }
    return options;
}

void find_marks(const std::vector<std::string>& paths,
                const provenance::MarksOptions& options,
                const core::StopToken& stop,
                const std::function<void(MarksFinding)>& add) {
    for_media_files(
        paths,
        [&](const std::string& file) {
            stop.throw_if_stopped();
            add(marks_of(file, options));
        },
        [&](const std::string& folder, const Error& problem) {
            add({folder, std::nullopt, problem});
        });
}

json finding_json(const MarksFinding& finding) {
    if (finding.error) {
        return {{"file", finding.path},
                {"error",
                 {{"kind", core::error_kind_name(finding.error->kind())},
                  {"message", finding.error->what()}}}};
    }
    const MarksReport& report = *finding.report;
    json result = {{"file", report.path},
                   {"verdict", provenance::verdict_name(report.verdict)},
                   {"summary", report.summary},
                   {"c2pa", manifest_json(report.manifest)},
                   {"tags", report.tags},
                   {"xmp_source_type", report.xmp_source_type},
                   {"cut_short", report.is_cut_short},
                   {"watermark", watermark_json(report.watermark)}};
    if (report.public_watermark) {
        result["public_watermark"] = watermark_json(*report.public_watermark);
    }
    return result;
}

std::string finding_text(const MarksFinding& finding) {
    return printable(finding.error
                         ? finding.error->what()
                         : std::string(provenance::verdict_name(finding.report->verdict)) + ": " +
                               finding.report->summary);
}

std::optional<Error> marks_outcome(const std::vector<MarksFinding>& findings,
                                   std::size_t num_files) {
    const auto count = [&findings](Verdict verdict) {
        return std::count_if(
            findings.begin(), findings.end(), [verdict](const MarksFinding& finding) {
                return finding.report && finding.report->verdict == verdict;
            });
    };
    const auto files = [&findings, num_files](std::ptrdiff_t number) {
        return num_files == 1
                   ? "'" + findings.front().path + "'"
                   : std::to_string(number) + " of " + std::to_string(num_files) + " files";
    };
    if (const auto number = count(Verdict::Contradictory)) {
        return Error(ErrorKind::Tampered,
                     files(number) + ": marks are contradictory or tampered with");
    }
    for (const MarksFinding& finding : findings) {
        if (finding.error) {
            return finding.error;
        }
    }
    if (const auto number = count(Verdict::Unchecked)) {
        return Error(ErrorKind::Resource,
                     files(number) + ": the manifest could not be checked",
                     "scripts/setup.sh installs the C2PA library");
    }
    if (const auto number = count(Verdict::Unmarked)) {
        return Error(ErrorKind::Unmarked, files(number) + ": no marks");
    }
    return std::nullopt;
}

void print_findings(json files,
                    const std::string& text,
                    const std::optional<Error>& outcome,
                    Context& context) {
    json result = {{"files", std::move(files)}};
    result["exit_code"] = outcome ? core::exit_code(outcome->kind()) : 0;
    context.print_result(std::move(result), text);
    if (outcome) {
        throw Error(*outcome);
    }
}

}  // namespace vasa::app
