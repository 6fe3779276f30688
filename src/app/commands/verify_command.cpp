// SPDX-License-Identifier: Apache-2.0
#include "context.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/extension.h"
#include "vasa/marks/find_watermark.h"
#include "vasa/provenance/marks_report.h"
#include "vasa/provenance/signing_identity.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

namespace fs = std::filesystem;
using core::Error;
using core::ErrorKind;
using nlohmann::json;
using provenance::MarksReport;
using provenance::Verdict;

/// What folders are searched for.
constexpr std::array<const char*, 14> kMediaExtensions = {".mp4",
                                                          ".m4v",
                                                          ".mov",
                                                          ".mkv",
                                                          ".webm",
                                                          ".avi",
                                                          ".png",
                                                          ".jpg",
                                                          ".jpeg",
                                                          ".webp",
                                                          ".tif",
                                                          ".tiff",
                                                          ".heic",
                                                          ".avif"};

struct VerifyArguments {
    std::vector<std::string> paths;
    std::string trust;
    std::string watermark_key;
};

/// A file that was looked at.
struct Finding {
    std::string path;
    std::optional<MarksReport> report;
    std::optional<Error> error;
};

bool is_media(const fs::path& path) {
    const std::string extension = core::extension_of(path.string());
    return std::find(kMediaExtensions.begin(), kMediaExtensions.end(), extension) !=
           kMediaExtensions.end();
}

/// The media files in a folder and its folders, in the order of their names. Links to folders are
/// not followed.
std::vector<std::string> files_in(const std::string& folder) {
    std::vector<std::string> files;
    std::error_code error;
    fs::recursive_directory_iterator at(
        folder, fs::directory_options::skip_permission_denied, error);
    for (const fs::recursive_directory_iterator end; !error && at != end; at.increment(error)) {
        std::error_code ignored;
        if (at->is_regular_file(ignored) && is_media(at->path())) {
            files.push_back(at->path().string());
        }
    }
    if (error) {
        throw Error(ErrorKind::Input, "cannot read folder '" + folder + "': " + error.message());
    }
    if (files.empty()) {
        throw Error(ErrorKind::Input, "folder '" + folder + "' holds no video and no picture");
    }
    std::sort(files.begin(), files.end());
    return files;
}

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

json finding_json(const Finding& finding) {
    if (finding.error) {
        return {{"file", finding.path},
                {"error",
                 {{"kind", core::error_kind_name(finding.error->kind())},
                  {"message", finding.error->what()}}}};
    }
    const MarksReport& report = *finding.report;
    return {{"file", report.path},
            {"verdict", provenance::verdict_name(report.verdict)},
            {"summary", report.summary},
            {"c2pa", manifest_json(report.manifest)},
            {"tags", report.tags},
            {"xmp_source_type", report.xmp_source_type},
            {"watermark", watermark_json(report.watermark)}};
}

std::string finding_text(const Finding& finding) {
    const std::string text = finding.error
                                 ? finding.error->what()
                                 : std::string(provenance::verdict_name(finding.report->verdict)) +
                                       ": " + finding.report->summary;
    return finding.path + ": " + printable(text) + "\n";
}

/// The error that the findings amount to, the gravest one; empty if all files are marked and
/// intact.
std::optional<Error> outcome(const std::vector<Finding>& findings) {
    const auto count = [&findings](Verdict verdict) {
        return std::count_if(findings.begin(), findings.end(), [verdict](const Finding& finding) {
            return finding.report && finding.report->verdict == verdict;
        });
    };
    const auto files = [&findings](std::ptrdiff_t number) {
        return findings.size() == 1
                   ? "'" + findings.front().path + "'"
                   : std::to_string(number) + " of " + std::to_string(findings.size()) + " files";
    };
    if (const auto number = count(Verdict::Contradictory)) {
        return Error(ErrorKind::Tampered,
                     files(number) + ": marks are contradictory or tampered with");
    }
    for (const Finding& finding : findings) {
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

Finding examine(const std::string& path, const provenance::MarksOptions& options) {
    Finding finding;
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

void run_verify(const VerifyArguments& arguments, Context& context) {
    provenance::MarksOptions options;
    if (!arguments.trust.empty()) {
        options.manifest.trust_anchors = provenance::load_certificates(arguments.trust);
    }
    options.find_watermark = [key = arguments.watermark_key.empty()
                                        ? marks::WatermarkKey::public_key()
                                        : marks::load_watermark_key(arguments.watermark_key)](
                                 const std::string& path) { return find_watermark(path, key); };
    std::vector<Finding> findings;
    json results = json::array();
    std::string text;
    const auto add = [&](Finding finding) {
        results.push_back(finding_json(finding));
        text += finding_text(finding);
        findings.push_back(std::move(finding));
    };
    for (const std::string& path : arguments.paths) {
        std::error_code error;
        std::vector<std::string> files = {path};
        if (fs::is_directory(path, error)) {
            try {
                files = files_in(path);
            } catch (const Error& problem) {
                files.clear();
                add({path, std::nullopt, problem});
            }
        }
        for (const std::string& file : files) {
            context.stop.throw_if_stopped();
            add(examine(file, options));
        }
    }
    const std::optional<Error> error = outcome(findings);
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
    command
        ->add_option("--trust",
                     arguments->trust,
                     "PEM certificates of authorities whose signers count as known")
        ->type_name("FILE");
    command
        ->add_option("--watermark-key",
                     arguments->watermark_key,
                     "Key of the watermark that is looked for, if not the public one")
        ->type_name("FILE");
    command->footer(
        "Exit codes: 0 marks found and intact, 1 contradictory or tampered with, 3 unreadable,\n"
        "6 a manifest cannot be checked without the C2PA library, 8 no marks.");
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { run_verify(*arguments, context); };
    });
}

}  // namespace vasa::app
