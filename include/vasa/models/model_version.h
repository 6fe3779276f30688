// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace vasa::models {

/// Kinds of the program's own safetensors files. The metadata `kind` and `format_version` of a file
/// name its kind (file_marker.h).
enum class FileKind {
    HeadModel,
    SpeechEncoder,
    MotionNetwork,
    FrameDecoder,
    SyncExpert,
    HeadExpert,
    SkinFolds,
    LiveSpeechEncoder,
    FaceCode,
    MotionClip,
    MotionShard,
    DecoderPairs,
    ClipDetector,
    ClipFeatures,
};

// The version of each kind that is written. To add a version: increment it here, add a sentence to
// the history in model_version.cpp and, for models, a step to upgrade_model.cpp. Static assertions
// in both files fail until that is done.
constexpr int kHeadModelVersion = 3;
constexpr int kSpeechEncoderVersion = 2;
constexpr int kMotionNetworkVersion = 3;
constexpr int kFrameDecoderVersion = 2;
constexpr int kSyncExpertVersion = 2;
constexpr int kHeadExpertVersion = 1;
constexpr int kSkinFoldsVersion = 1;
constexpr int kLiveSpeechEncoderVersion = 1;
constexpr int kFaceCodeVersion = 1;
constexpr int kMotionClipVersion = 2;
constexpr int kMotionShardVersion = 3;
constexpr int kDecoderPairsVersion = 2;
constexpr int kClipDetectorVersion = 1;
constexpr int kClipFeaturesVersion = 1;

/// What a version changed.
struct VersionNote {
    int version;
    const char* change;
};

/// A kind of file and the history of its format.
struct FileFormat {
    FileKind kind;
    const char* name;  ///< `kind` in the metadata: "frame_decoder"
    const char* noun;  ///< in messages: "frame decoder network"
    bool is_model;     ///< one of the program's models, not a user's data
    int oldest;        ///< oldest version that is still read
    std::vector<VersionNote> history;

    /// The version that is written: the last of the history.
    int version() const { return history.back().version; }
};

/// All kinds, in the order of FileKind.
const std::vector<FileFormat>& file_formats();

const FileFormat& file_format(FileKind kind);

/// The format with this name, or nullptr.
const FileFormat* find_format(const std::string& name);

}  // namespace vasa::models
