// SPDX-License-Identifier: Apache-2.0
#include "c2pa_library.h"
#include "media_type.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/json_text.h"
#include "vasa/provenance/manifest.h"
#include "vasa/provenance/xmp.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>

#include <nlohmann/json.hpp>

namespace vasa::provenance {
namespace {

using core::Error;
using nlohmann::json;

/// A sidecar of a minute's frames is 200 kB; ingredients with thumbnails make manifests larger.
constexpr std::uint64_t kMaxSidecarBytes = 64U << 20U;
/// The library's report nests ingredients' results.
constexpr int kMaxReportDepth = 128;

std::string settings_of(const ReadManifestOptions& options) {
    json settings = {
        {"version", 1},
        {"verify",
         {{"remote_manifest_fetch", false}, {"ocsp_fetch", false}, {"verify_trust", true}}}};
    if (!options.trust_anchors.empty()) {
        settings["trust"] = {{"user_anchors", options.trust_anchors}};
    }
    return settings.dump();
}

std::string text_at(const json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

const json& at_or_empty(const json& object, const char* key) {
    static const json empty;
    const auto found = object.is_object() ? object.find(key) : object.end();
    return found != object.end() ? *found : empty;
}

void read_actions(const json& data, ManifestReport& report) {
    for (const json& action : at_or_empty(data, "actions")) {
        if (text_at(action, "action") == "c2pa.created") {
            report.source_type = source_type_name(text_at(action, "digitalSourceType"));
        }
    }
}

void read_assertions(const json& manifest, ManifestReport& report) {
    for (const json& assertion : at_or_empty(manifest, "assertions")) {
        const std::string label = text_at(assertion, "label");
        const json& data = at_or_empty(assertion, "data");
        if (label.compare(0, 12, "c2pa.actions") == 0) {
            read_actions(data, report);
        } else if (label == "com.vasa.generation" && data.is_object()) {
            report.generation = data.dump();
            report.job_sha256 = text_at(data, "job");
        } else if (label == "com.vasa.frames") {
            for (const auto& [name, sha256] : at_or_empty(data, "sha256").items()) {
                report.frames[name] = sha256.is_string() ? sha256.get<std::string>() : "";
            }
        }
    }
}

void read_active_manifest(const json& manifest, ManifestReport& report) {
    for (const json& info : at_or_empty(manifest, "claim_generator_info")) {
        if (report.generator.empty()) {
            const std::string version = text_at(info, "version");
            report.generator = text_at(info, "name") + (version.empty() ? "" : " " + version);
        }
    }
    const json& signature = at_or_empty(manifest, "signature_info");
    const std::string organisation = text_at(signature, "issuer");
    const std::string name = text_at(signature, "common_name");
    report.issuer = organisation + (organisation.empty() || name.empty() ? "" : ", ") + name;
    report.signed_at = text_at(signature, "time");
    for (const json& ingredient : at_or_empty(manifest, "ingredients")) {
        ++report.num_ingredients;
        report.num_kept_manifests += text_at(ingredient, "active_manifest").empty() ? 0 : 1;
    }
    read_assertions(manifest, report);
}

/// The first failure that is not about who signed.
std::string first_failure(const json& store) {
    for (const json& status : at_or_empty(store, "validation_status")) {
        const std::string code = text_at(status, "code");
        if (code != "signingCredential.untrusted") {
            const std::string explanation = text_at(status, "explanation");
            return code + (explanation.empty() ? "" : " (" + explanation + ")");
        }
    }
    return "";
}

ManifestReport report_of(const json& store) {
    ManifestReport report;
    const std::string state = text_at(store, "validation_state");
    report.state = state == "Trusted" ? ManifestState::Valid
                   : state == "Valid" ? ManifestState::UnknownIssuer
                                      : ManifestState::Tampered;
    if (report.state == ManifestState::Tampered) {
        report.problem = first_failure(store);
    }
    const std::string active = text_at(store, "active_manifest");
    read_active_manifest(at_or_empty(at_or_empty(store, "manifests"), active.c_str()), report);
    return report;
}

/// Whether a file holds a manifest store, as far as this program sees without the library: the
/// description of its outer box (ISO/IEC 19566-5, "jumd" with a type that begins with "c2pa").
bool holds_manifest(const std::string& path) {
    constexpr std::string_view kStart = "jumdc2pa";
    // Manifests stand before the media; a minute of video is 10 MB.
    constexpr std::size_t kMaxSearched = 64U << 20U;
    std::ifstream file(path, std::ios::binary);
    std::string bytes(1U << 20U, '\0');
    std::size_t num_kept = 0;  // of the part before, in case the text lies across both
    for (std::size_t num_searched = 0; file && num_searched < kMaxSearched;) {
        file.read(bytes.data() + num_kept, static_cast<std::streamsize>(bytes.size() - num_kept));
        const std::size_t size = num_kept + static_cast<std::size_t>(file.gcount());
        if (std::string_view(bytes.data(), size).find(kStart) != std::string_view::npos) {
            return true;
        }
        num_searched += size - num_kept;
        num_kept = std::min(size, kStart.size() - 1);
        bytes.replace(0, num_kept, bytes, size - num_kept, num_kept);
    }
    return false;
}

ManifestReport unreadable(ManifestState state, const std::string& problem) {
    ManifestReport report;
    report.state = state;
    report.problem = problem;
    return report;
}

std::optional<std::string> read_sidecar(const std::string& path) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(sidecar_path(path), error)) {
        return std::nullopt;
    }
    const std::vector<std::uint8_t> bytes = core::read_file(sidecar_path(path), kMaxSidecarBytes);
    return std::string(bytes.begin(), bytes.end());
}

/// The library's report; empty if it failed, with its error.
std::string read_json(const C2paLibrary& library,
                      const std::string& path,
                      const std::string& type,
                      const std::optional<std::string>& sidecar,
                      const ReadManifestOptions& options,
                      std::string& error) {
    const C2paPtr<C2paContext> context = make_context(library, settings_of(options));
    const FileStream file(library, path, FileStream::Mode::Read);
    C2paPtr<C2paReader> reader(library.reader_new(context.get()));
    if (reader) {
        reader.reset(sidecar ? library.reader_read_sidecar(
                                   reader.release(),
                                   type.c_str(),
                                   file.get(),
                                   reinterpret_cast<const unsigned char*>(sidecar->data()),
                                   sidecar->size())
                             : library.reader_read(reader.release(), type.c_str(), file.get()));
    }
    std::string text = reader ? library.take_text(library.reader_json(reader.get())) : "";
    if (text.empty()) {
        error = library.last_error();
    }
    return text;
}

}  // namespace

const char* manifest_state_name(ManifestState state) {
    switch (state) {
        case ManifestState::Missing:
            return "missing";
        case ManifestState::Valid:
            return "valid";
        case ManifestState::UnknownIssuer:
            return "unknown issuer";
        case ManifestState::Tampered:
            return "tampered";
        case ManifestState::Unchecked:
            break;
    }
    return "unchecked";
}

std::string sidecar_path(const std::string& path) {
    return std::filesystem::path(path).replace_extension(".c2pa").string();
}

ManifestReport read_manifest(const std::string& path, const ReadManifestOptions& options) {
    const std::string type = media_type_of(path);
    std::optional<std::string> sidecar = read_sidecar(path);
    const C2paLibrary* const library = C2paLibrary::find();
    if (library == nullptr) {
        return sidecar || holds_manifest(path)
                   ? unreadable(ManifestState::Unchecked, c2pa_problem())
                   : ManifestReport();
    }
    if (type.empty()) {
        return {};
    }
    std::string error;
    std::string text = read_json(*library, path, type, std::nullopt, options, error);
    if (text.empty() && sidecar && error.find("ManifestNotFound") != std::string::npos) {
        text = read_json(*library, path, type, sidecar, options, error);
    } else {
        sidecar.reset();
    }
    if (text.empty()) {
        const bool is_there = sidecar || holds_manifest(path);
        return is_there ? unreadable(ManifestState::Tampered, error) : ManifestReport();
    }
    try {
        return report_of(core::parse_json(text, kMaxReportDepth));
    } catch (const Error& problem) {
        return unreadable(ManifestState::Tampered,
                          std::string("its report cannot be read: ") + problem.what());
    }
}

}  // namespace vasa::provenance
