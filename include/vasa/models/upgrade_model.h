// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/safetensors.h"
#include "vasa/models/model_version.h"

#include <optional>
#include <string>

namespace vasa::models {

/// Origin of a model, to be set during an upgrade; empty fields keep the file's values.
struct ModelNotes {
    std::string licence;
    std::string data;      ///< TrainingSummary::data
    std::string command;   ///< TrainingSummary::command
    std::string revision;  ///< TrainingSummary::revision
};

struct UpgradeResult {
    FileKind kind = FileKind::HeadModel;
    int from_version = 0, to_version = 0;
    bool is_changed = false;   ///< the file was written
    std::string tensors_hash;  ///< tensors_sha256() afterwards
};

/// Upgrades a model to the current version of its kind, in place and atomically. Only metadata
/// change, except that motion networks before version 3 get weights of 0 for the tongue; other
/// tensors are compared with the original ones. Does nothing if the model is up to date and has
/// these notes.
/// @throws Error(Model) if the file is missing, damaged or not a model; Error(Output)
UpgradeResult upgrade_model(const std::string& path, const ModelNotes& notes = {});

/// SHA-256 over names, dtypes, shapes and bytes of a file's tensors, sorted by name; independent of
/// metadata.
std::string tensors_sha256(const core::SafetensorsFile& file);

/// Identifies the head shape that face codes refer to: `content_hash` of the metadata, in upgraded
/// files the SHA-256 of the version 1 file; tensors_sha256() if there is none.
/// @throws Error(Model) if it is not a SHA-256
std::string head_model_hash(const core::SafetensorsFile& file);

/// Licence of the head model that is learned from ICT-FaceKit.
constexpr const char* kHeadModelLicence =
    "Apache-2.0; learned from samples of ICT-FaceKit (MIT, USC Institute for Creative "
    "Technologies)";

}  // namespace vasa::models
