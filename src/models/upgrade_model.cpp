// SPDX-License-Identifier: Apache-2.0
#include "vasa/models/upgrade_model.h"

#include "inputs_of_version_1.h"
#include "motion_network_upgrade.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/hash.h"
#include "vasa/core/json_text.h"
#include "vasa/models/file_marker.h"
#include "vasa/models/network_inputs.h"
#include "vasa/models/training_summary.h"

#include <cstdint>
#include <cstdlib>
#include <map>
#include <utility>
#include <vector>

namespace vasa::models {
namespace {

using core::Error;
using core::ErrorKind;
using core::SafetensorsFile;
using core::SafetensorsWriter;
using Metadata = std::map<std::string, std::string>;

static_assert(kHeadModelVersion == 3 && kSpeechEncoderVersion == 2 && kMotionNetworkVersion == 3 &&
                  kFrameDecoderVersion == 2 && kSyncExpertVersion == 2 && kHeadExpertVersion == 1 &&
                  kClipDetectorVersion == 1 && kSkinFoldsVersion == 1 &&
                  kLiveSpeechEncoderVersion == 1,
              "write the step that leads to the new version");

constexpr const char* kContentHashKey = "content_hash";

/// Removes an entry. @return its value, empty if absent
std::string take(Metadata& metadata, const std::string& key) {
    const auto found = metadata.find(key);
    if (found == metadata.end()) {
        return "";
    }
    std::string value = std::move(found->second);
    metadata.erase(found);
    return value;
}

/// "command: C; revision: R", as version 1 of the head model wrote it.
TrainingSummary parse_head_training(const std::string& text) {
    const std::string before = "command: ", between = "; revision: ";
    TrainingSummary summary;
    const std::size_t end = text.rfind(between);
    if (text.rfind(before, 0) == 0 && end != std::string::npos && end >= before.size()) {
        summary.command = text.substr(before.size(), end - before.size());
        summary.revision = text.substr(end + between.size());
    }
    return summary;
}

/// The step from version 1 to 2, except for the marker.
/// @return  the training summary
TrainingSummary upgrade_to_2(const std::string& path, FileKind kind, Metadata& metadata) {
    if (kind == FileKind::HeadModel) {
        take(metadata, "architecture");
        metadata[kContentHashKey] = core::sha256_file(path);
        // Version 1 named the licence of its source instead of its own.
        metadata["licence"] = kHeadModelLicence;
        return parse_head_training(take(metadata, "training"));
    }
    take(metadata, "format");
    take(metadata, "version");
    TrainingSummary summary;
    summary.command = take(metadata, "command");
    summary.num_steps = std::strtoll(take(metadata, "steps").c_str(), nullptr, 10);
    const std::string hours = take(metadata, "hours");
    if (!hours.empty()) {
        summary.data = hours + " h of motion";
    }
    return summary;
}

void set_notes(const ModelNotes& notes, SafetensorsWriter& writer, TrainingSummary& summary) {
    const auto set = [](const std::string& from, std::string& to) {
        if (!from.empty()) {
            to = from;
        }
    };
    set(notes.data, summary.data);
    set(notes.command, summary.command);
    set(notes.revision, summary.revision);
    write_training(writer, summary);
    if (!notes.licence.empty()) {
        write_licence(writer, notes.licence);
    }
}

/// Whether the upgrade adds the tongue to a model.
bool gets_tongue(FileKind kind, int version) {
    constexpr int kFirstWithTongue = 3;  // of both kinds
    return (kind == FileKind::MotionNetwork || kind == FileKind::HeadModel) &&
           version < kFirstWithTongue;
}

/// The step of head models from version 2 to 3: a tongue that does not move.
void add_still_tongue(const SafetensorsFile& file, SafetensorsWriter& writer) {
    constexpr std::int64_t kNumTongueValues = 2;  // tip and blade, as `head` defines them
    const std::int64_t num_vertices = file.tensor("vertices", {-1, 3}).shape[0];
    writer.add_f16(
        "tongue",
        {kNumTongueValues, num_vertices, 3},
        std::vector<float>(static_cast<std::size_t>(kNumTongueValues * num_vertices * 3)));
}

void copy_tensors(const SafetensorsFile& file, SafetensorsWriter& writer) {
    for (const std::string& name : file.tensor_names()) {
        const core::TensorView view = file.tensor(name);
        writer.add_raw(name, view.dtype, view.shape, {view.data, view.data + view.num_bytes});
    }
}

}  // namespace

std::string tensors_sha256(const SafetensorsFile& file) {
    core::Sha256 hash;
    for (const std::string& name : file.tensor_names()) {
        const core::TensorView view = file.tensor(name);
        std::string head = name + " " + core::dtype_name(view.dtype);
        for (const std::int64_t size : view.shape) {
            head += " " + std::to_string(size);
        }
        hash.update(head.c_str(), head.size() + 1);  // with the terminating zero
        hash.update(view.data, view.num_bytes);
    }
    return hash.finish();
}

std::string head_model_hash(const SafetensorsFile& file) {
    const auto found = file.metadata().find(kContentHashKey);
    if (found == file.metadata().end()) {
        return tensors_sha256(file);
    }
    constexpr std::size_t kNumDigits = 64;
    const std::string& text = found->second;
    if (text.size() != kNumDigits ||
        text.find_first_not_of("0123456789abcdef") != std::string::npos) {
        throw Error(ErrorKind::Model,
                    "head model '" + file.name() + "': content_hash is " + core::quote(text) +
                        ", expected 64 lower-case hex digits");
    }
    return text;
}

UpgradeResult upgrade_model(const std::string& path, const ModelNotes& notes) {
    const auto file = SafetensorsFile::load(path, ErrorKind::Model);
    const auto marker = find_marker(file);
    if (!marker || !file_format(marker->kind).is_model) {
        throw Error(ErrorKind::Model,
                    "'" + path + "': expected a model, found " +
                        (marker ? std::string("a ") + file_format(marker->kind).noun
                                : std::string("no marker")));
    }
    const FileFormat& format = file_format(marker->kind);
    if (marker->version < 1 || marker->version > format.version()) {
        check_marker(file, marker->kind);  // throws
    }
    const bool is_old = marker->version < format.version();
    Metadata metadata = file.metadata();
    TrainingSummary summary;
    NetworkInputs inputs;
    if (marker->version == 1 && is_old) {
        inputs = inputs_of_version_1(marker->kind);
        summary = upgrade_to_2(path, marker->kind, metadata);
    } else {
        summary = read_training(file).value_or(summary);
    }
    SafetensorsWriter writer;
    for (const auto& [key, value] : metadata) {
        writer.set_metadata(key, value);
    }
    const bool has_new_tensors = gets_tongue(marker->kind, marker->version);
    if (has_new_tensors && marker->kind == FileKind::HeadModel) {
        copy_tensors(file, writer);
        add_still_tongue(file, writer);
        if (metadata.count(kContentHashKey) == 0) {
            writer.set_metadata(kContentHashKey, head_model_hash(file));  // that face codes know
        }
    } else if (has_new_tensors) {
        inputs = inputs.empty() ? read_inputs(file) : inputs;
        for (const char* value : {"tongueTip", "tongueBlade"}) {
            inputs["motion"].emplace_back(value);
        }
        add_tongue_values(file, writer);
    } else {
        copy_tensors(file, writer);
    }
    if (!inputs.empty()) {
        write_inputs(writer, inputs);
    }
    write_marker(writer, marker->kind);
    set_notes(notes, writer, summary);

    std::vector<std::uint8_t> bytes = writer.serialize();
    const std::string text(bytes.begin(), bytes.end());
    const auto upgraded = SafetensorsFile::parse(std::move(bytes), path, ErrorKind::Internal);
    UpgradeResult result = {
        marker->kind, marker->version, format.version(), false, tensors_sha256(upgraded)};
    if (!has_new_tensors && tensors_sha256(file) != result.tensors_hash) {
        throw Error(ErrorKind::Internal, "'" + path + "': tensors changed while it was upgraded");
    }
    if (upgraded.metadata() != file.metadata()) {
        core::write_file_atomic(path, text, true);
        result.is_changed = true;
    }
    return result;
}

}  // namespace vasa::models
