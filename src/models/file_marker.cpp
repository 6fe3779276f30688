// SPDX-License-Identifier: Apache-2.0
#include "vasa/models/file_marker.h"

#include "vasa/core/error.h"
#include "vasa/core/json_text.h"

#include <string>

namespace vasa::models {
namespace {

using core::Error;
using core::ErrorKind;
using core::SafetensorsFile;

constexpr const char* kKindKey = "kind";
constexpr const char* kVersionKey = "format_version";

/// Marker of version 1 of a kind that had no `kind`.
struct OldMarker {
    FileKind kind;
    const char* key;
    const char* value;  ///< nullptr: any
    const char* version_key;
};
constexpr OldMarker kOldMarkers[] = {
    {FileKind::HeadModel, "architecture", "head_model", "format_version"},
    {FileKind::SpeechEncoder, "format", "vasa speech encoder", "version"},
    {FileKind::MotionNetwork, "format", "vasa motion network", "version"},
    {FileKind::FrameDecoder, "format", "vasa frame decoder network", "version"},
    {FileKind::SyncExpert, "format", "vasa sync expert", "version"},
    {FileKind::DecoderPairs, "format", "vasa decoder patches", "version"},
    // Its other metadata: frame rate and the names of the actions.
    {FileKind::MotionClip, "names", nullptr, "format_version"},
};

const std::string* find_text(const SafetensorsFile& file, const char* key) {
    const auto found = file.metadata().find(key);
    return found == file.metadata().end() ? nullptr : &found->second;
}

/// A version's number, 0 if the text is not a number.
int parse_version(const std::string& text) {
    constexpr std::size_t kMaxDigits = 6;
    if (text.empty() || text.size() > kMaxDigits ||
        text.find_first_not_of("0123456789") != std::string::npos || text[0] == '0') {
        return 0;
    }
    return std::stoi(text);
}

std::optional<FileMarker> find_old_marker(const SafetensorsFile& file) {
    for (const OldMarker& old : kOldMarkers) {
        const std::string* value = find_text(file, old.key);
        const std::string* version = find_text(file, old.version_key);
        if (value != nullptr && version != nullptr &&
            (old.value == nullptr || *value == old.value)) {
            return FileMarker{old.kind, parse_version(*version)};
        }
    }
    return std::nullopt;
}

Error wrong(const SafetensorsFile& file,
            const FileFormat& format,
            const std::string& found,
            const std::string& hint = {}) {
    return {format.is_model ? ErrorKind::Model : ErrorKind::Input,
            "'" + file.name() + "': expected a " + format.noun + " of version " +
                (format.oldest < format.version() ? std::to_string(format.oldest) + " to " : "") +
                std::to_string(format.version()) + ", found " + found,
            hint};
}

}  // namespace

void write_marker(core::SafetensorsWriter& writer, FileKind kind) {
    const FileFormat& format = file_format(kind);
    writer.set_metadata(kKindKey, format.name);
    writer.set_metadata(kVersionKey, std::to_string(format.version()));
}

std::optional<FileMarker> find_marker(const SafetensorsFile& file) {
    const std::string* name = find_text(file, kKindKey);
    if (name == nullptr) {
        return find_old_marker(file);
    }
    const FileFormat* format = find_format(*name);
    const std::string* version = find_text(file, kVersionKey);
    if (format == nullptr || version == nullptr) {
        return std::nullopt;
    }
    return FileMarker{format->kind, parse_version(*version)};
}

int check_marker(const SafetensorsFile& file, FileKind kind) {
    const FileFormat& format = file_format(kind);
    const auto marker = find_marker(file);
    if (!marker) {
        const std::string* name = find_text(file, kKindKey);
        throw wrong(file, format, name == nullptr ? "no marker" : "kind " + core::quote(*name));
    }
    if (marker->kind != kind) {
        throw wrong(file, format, std::string("a ") + file_format(marker->kind).noun);
    }
    const int version = marker->version;
    if (version < 1 || version > format.version()) {
        const std::string* text = find_text(file, kVersionKey);
        throw wrong(file,
                    format,
                    version > 0 ? "version " + std::to_string(version)
                                : "version " + core::quote(text == nullptr ? "" : *text),
                    version > 0 ? "it was made by a newer vasa" : "");
    }
    if (version < format.oldest) {
        throw wrong(file,
                    format,
                    "version " + std::to_string(version),
                    "bring it up to date with 'vasa models upgrade'");
    }
    return version;
}

}  // namespace vasa::models
