// SPDX-License-Identifier: Apache-2.0
#include "vasa/models/model_version.h"

#include <algorithm>
#include <cstddef>

namespace vasa::models {
namespace {

constexpr VersionNote kHeadModel[] = {
    {1, "first version; marked by `architecture` = head_model"},
    {2, "marked by `kind`; `content_hash` names the shape for face codes; `training` is JSON"},
};
constexpr VersionNote kSpeechEncoder[] = {
    {1, "first version; marked by `format` and `version`; `num_blocks` is a metadata entry"},
    {2, "marked by `kind`; `config` holds the number of blocks and names the features"},
};
constexpr VersionNote kMotionNetwork[] = {
    {1, "first version; marked by `format` and `version`; `config` holds sizes and styles"},
    {2, "marked by `kind`; `config` also names the inputs: motion, controls, speech features"},
};
constexpr VersionNote kFrameDecoder[] = {
    {1, "first version; marked by `format` and `version`; `config` holds sizes"},
    {2, "marked by `kind`; `config` also names the conditions in the order of the channels"},
};
constexpr VersionNote kSyncExpert[] = {
    {1, "first version; marked by `format` and `version`; sizes are those of the program"},
    {2, "marked by `kind`; `config` holds sizes and names the inputs: motion, speech features"},
};
constexpr VersionNote kFaceCode[] = {
    {1, "first version"},
};
constexpr VersionNote kMotionClip[] = {
    {1, "first version; `format_version` without a `kind`"},
    {2, "marked by `kind`"},
};
constexpr VersionNote kMotionShard[] = {
    {1, "first version"},
};
constexpr VersionNote kDecoderPairs[] = {
    {1, "first version; marked by `format` and `version`"},
    {2, "marked by `kind`"},
};

/// Whether a history counts from 1 to the version that is written.
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
static_assert(leads_to(kFaceCode, kFaceCodeVersion), "say what the new version changed");
static_assert(leads_to(kMotionClip, kMotionClipVersion), "say what the new version changed");
static_assert(leads_to(kMotionShard, kMotionShardVersion), "say what the new version changed");
static_assert(leads_to(kDecoderPairs, kDecoderPairsVersion), "say what the new version changed");

template <std::size_t N>
FileFormat model(FileKind kind,
                 const char* name,
                 const char* noun,
                 const VersionNote (&history)[N]) {
    // Models of older versions are not read but upgraded: one place knows what they mean.
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
        data(FileKind::FaceCode, "face_code", "face code", kFaceCode),
        data(FileKind::MotionClip, "motion", "motion file", kMotionClip),
        data(FileKind::MotionShard, "motion_shard", "training shard", kMotionShard),
        data(FileKind::DecoderPairs, "decoder_pairs", "file of decoder pairs", kDecoderPairs),
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
