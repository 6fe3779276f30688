// SPDX-License-Identifier: Apache-2.0
#include "loop/checkpoint.h"

#include "vasa/core/error.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace vasa::train {
namespace {

using core::Error;
using core::ErrorKind;

/// Version of all trainings' checkpoints. Versions 1 and 2 belonged to single trainings; they lack
/// the optimizers' numbers of updates, which an exact resume needs.
constexpr const char* kFormatVersion = "3";
constexpr int kMaxCount = 1'000'000'000;

std::string kind_of(const std::string& training) {
    return training + "_checkpoint";
}

/// An entry of the metadata, or "none".
std::string found_text(const core::SafetensorsFile& file, const std::string& key) {
    const auto place = file.metadata().find(key);
    return place == file.metadata().end() ? "none" : "'" + place->second + "'";
}

}  // namespace

core::SafetensorsWriter begin_checkpoint(const std::string& training, const std::string& config) {
    core::SafetensorsWriter writer;
    writer.set_metadata("kind", kind_of(training));
    writer.set_metadata("format_version", kFormatVersion);
    writer.set_metadata("config", config);
    return writer;
}

std::optional<core::SafetensorsFile> open_checkpoint(const std::string& path,
                                                     const std::string& training,
                                                     const std::string& config) {
    if (!std::filesystem::exists(path)) {
        return std::nullopt;
    }
    auto file = core::SafetensorsFile::load(path, ErrorKind::Input);
    if (file.metadata().count("kind") == 0 && file.metadata().count("format") != 0) {
        throw Error(ErrorKind::Input,
                    "checkpoint '" + path + "': expected format version " + kFormatVersion +
                        ", found version " + found_text(file, "version") + " of " +
                        found_text(file, "format"),
                    "finish this training with the version of the program that began it, or name "
                    "another --checkpoint to start again");
    }
    if (found_text(file, "kind") != "'" + kind_of(training) + "'" ||
        found_text(file, "format_version") != "'" + std::string(kFormatVersion) + "'") {
        throw Error(ErrorKind::Input,
                    "checkpoint '" + path + "': expected kind '" + kind_of(training) +
                        "' of format version " + kFormatVersion + ", found kind " +
                        found_text(file, "kind") + " of format version " +
                        found_text(file, "format_version"),
                    "name another --checkpoint");
    }
    if (file.metadata("config") != config) {
        throw Error(ErrorKind::Input,
                    "checkpoint '" + path + "': expected a network of configuration " + config +
                        ", found " + file.metadata("config"),
                    "name another --checkpoint, or train with its sizes");
    }
    return file;
}

int checkpoint_count(const core::SafetensorsFile& file, const std::string& key) {
    const std::string& text = file.metadata(key);
    char* end = nullptr;
    const long value = std::strtol(text.c_str(), &end, 10);
    if (text.empty() || *end != '\0' || value < 0 || value > kMaxCount) {
        throw Error(ErrorKind::Input,
                    "checkpoint '" + file.name() + "': " + key + ": expected a count, found '" +
                        text + "'");
    }
    return static_cast<int>(value);
}

std::string exact_text(const std::vector<double>& values) {
    std::string text;
    for (const double value : values) {
        char number[32];
        std::snprintf(number, sizeof number, "%.17g", value);
        text += (text.empty() ? "" : " ") + std::string(number);
    }
    return text;
}

std::vector<double> checkpoint_numbers(const core::SafetensorsFile& file,
                                       const std::string& key,
                                       std::size_t count) {
    std::istringstream words(file.metadata(key));
    std::vector<double> values;
    for (double value = 0; words >> value;) {
        values.push_back(value);
    }
    if (!words.eof() || values.size() != count) {
        throw Error(ErrorKind::Input,
                    "checkpoint '" + file.name() + "': " + key + ": expected " +
                        std::to_string(count) + " numbers, found '" + file.metadata(key) + "'");
    }
    return values;
}

}  // namespace vasa::train
