// SPDX-License-Identifier: Apache-2.0
#include "vasa/models/model_version.h"

#include <algorithm>
#include <cstddef>

namespace vasa::models {
namespace {

constexpr VersionNote kHeadModel[] = {
    {1, "marked by `architecture` = head_model; face codes refer to it by the hash of the file"},
    {2, "marked by `kind`; `content_hash` is what face codes refer to; `training` is JSON"},
    {3, "`tongue`: how the tongue's two values move it"},
};
constexpr VersionNote kSpeechEncoder[] = {
    {1, "marked by `format` = vasa speech encoder"},
    {2, "marked by `kind`; `inputs` describes the spectrogram; `training` is JSON"},
};
constexpr VersionNote kMotionNetwork[] = {
    {1, "marked by `format` = vasa motion network"},
    {2,
     "marked by `kind`; `inputs` names motion, controls and speech features; `training` is JSON"},
    {3, "two more values of motion, the tongue's"},
};
constexpr VersionNote kFrameDecoder[] = {
    {1, "marked by `format` = vasa frame decoder network"},
    {2, "marked by `kind`; `inputs` names the conditions in their order; `training` is JSON"},
};
constexpr VersionNote kSyncExpert[] = {
    {1, "marked by `format` = vasa sync expert"},
    {2, "marked by `kind`; `inputs` names motion and speech features; `training` is JSON"},
};
constexpr VersionNote kHeadExpert[] = {
    {1, "marked by `kind` = head_expert; `inputs` names mouth and head features"},
};
constexpr VersionNote kSkinFolds[] = {
    {1, "marked by `kind` = skin_folds"},
};
constexpr VersionNote kLiveSpeechEncoder[] = {
    {1, "marked by `kind` = live_speech_encoder; otherwise as speech encoders of version 2"},
};
constexpr VersionNote kFaceCode[] = {
    {1, "marked by `kind` = face_code"},
};
constexpr VersionNote kMotionClip[] = {
    {1, "`format_version` without a `kind`"},
    {2, "marked by `kind` = motion"},
};
constexpr VersionNote kMotionShard[] = {
    {1, "marked by `kind` = motion_shard"},
    {2, "`speech` names the speech features"},
    {3, "`tongue`, where it is known"},
};
constexpr VersionNote kDecoderPairs[] = {
    {1, "marked by `format` = vasa decoder patches"},
    {2, "marked by `kind` = decoder_pairs"},
};

constexpr VersionNote kClipDetector[] = {
    {1, "marked by `kind` = clip_detector; `inputs` names the features"},
};
constexpr VersionNote kClipFeatures[] = {
    {1, "marked by `kind` = clip_features"},
};

/// Whether a history goes from 1 to the version that is written.
template <std::size_t N>
constexpr bool leads_to(const VersionNote (&history)[N], int version) {
    for (std::size_t i = 0; i < N; ++i) {
        if (history[i].version != static_cast<int>(i) + 1) {
            return false;
        }
    }
    return static_cast<int>(N) == version;
}

static_assert(leads_to(kHeadModel, kHeadModelVersion), "say what the new version changed");
static_assert(leads_to(kSpeechEncoder, kSpeechEncoderVersion), "say what the new version changed");
static_assert(leads_to(kMotionNetwork, kMotionNetworkVersion), "say what the new version changed");
static_assert(leads_to(kFrameDecoder, kFrameDecoderVersion), "say what the new version changed");
static_assert(leads_to(kSyncExpert, kSyncExpertVersion), "say what the new version changed");
static_assert(leads_to(kHeadExpert, kHeadExpertVersion), "say what the new version changed");
static_assert(leads_to(kSkinFolds, kSkinFoldsVersion), "say what the new version changed");
static_assert(leads_to(kLiveSpeechEncoder, kLiveSpeechEncoderVersion),
              "say what the new version changed");
static_assert(leads_to(kFaceCode, kFaceCodeVersion), "say what the new version changed");
static_assert(leads_to(kMotionClip, kMotionClipVersion), "say what the new version changed");
static_assert(leads_to(kMotionShard, kMotionShardVersion), "say what the new version changed");
static_assert(leads_to(kDecoderPairs, kDecoderPairsVersion), "say what the new version changed");
static_assert(leads_to(kClipDetector, kClipDetectorVersion), "say what the new version changed");
static_assert(leads_to(kClipFeatures, kClipFeaturesVersion), "say what the new version changed");

template <std::size_t N>
FileFormat model(FileKind kind,
                 const char* name,
                 const char* noun,
                 const VersionNote (&history)[N]) {
    // Older models are upgraded, not read: only the upgrade has to know their meaning.
    return {kind, name, noun, true, static_cast<int>(N), {history, history + N}};
}

template <std::size_t N>
FileFormat data(FileKind kind,
                const char* name,
                const char* noun,
                const VersionNote (&history)[N]) {
    return {kind, name, noun, false, 1, {history, history + N}};
}

}  // namespace

const std::vector<FileFormat>& file_formats() {
    static const std::vector<FileFormat> kFormats = {
        model(FileKind::HeadModel, "head_model", "head model", kHeadModel),
        model(FileKind::SpeechEncoder, "speech_encoder", "speech encoder", kSpeechEncoder),
        model(FileKind::MotionNetwork, "motion_network", "motion network", kMotionNetwork),
        model(FileKind::FrameDecoder, "frame_decoder", "frame decoder network", kFrameDecoder),
        model(FileKind::SyncExpert, "sync_expert", "lip-sync expert", kSyncExpert),
        model(FileKind::HeadExpert, "head_expert", "mouth-head expert", kHeadExpert),
        model(FileKind::SkinFolds, "skin_folds", "skin folds", kSkinFolds),
        model(FileKind::LiveSpeechEncoder,
              "live_speech_encoder",
              "live speech encoder",
              kLiveSpeechEncoder),
        data(FileKind::FaceCode, "face_code", "face code", kFaceCode),
        data(FileKind::MotionClip, "motion", "motion file", kMotionClip),
        data(FileKind::MotionShard, "motion_shard", "training shard", kMotionShard),
        data(FileKind::DecoderPairs, "decoder_pairs", "file of decoder pairs", kDecoderPairs),
        model(FileKind::ClipDetector, "clip_detector", "clip detector", kClipDetector),
        data(FileKind::ClipFeatures, "clip_features", "table of clip features", kClipFeatures),
    };
    return kFormats;
}

const FileFormat& file_format(FileKind kind) {
    return file_formats().at(static_cast<std::size_t>(kind));
}

const FileFormat* find_format(const std::string& name) {
    const auto& formats = file_formats();
    const auto found = std::find_if(formats.begin(), formats.end(), [&](const FileFormat& format) {
        return format.name == name;
    });
    return found == formats.end() ? nullptr : &*found;
}

}  // namespace vasa::models
