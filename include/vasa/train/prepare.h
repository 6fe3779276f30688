// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/progress.h"
#include "vasa/core/stop_token.h"
#include "vasa/drive/synthesiser.h"
#include "vasa/speech/speech_encoder.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace vasa::train {

/// Maps a clip's speech (mono, speech::kSpeechRate_hz) to features [ceil(duration · 25),
/// kShardSpeechWidth]. Called from several threads at once.
using EncodeSpeechFn = std::function<std::vector<float>(const std::vector<float>& speech)>;

enum class PrepareInput {
    Videos,      ///< talking heads with sound; motion is tracked, or read from `tracks`
    Recordings,  ///< sound and a motion file of the same stem
    Phones,      ///< sound and an alignment (.phones) of the same stem; motion is synthesised
    Facegood,    ///< sound and rig curves (.npz) of the same stem
    Silent,      ///< motion files without sound, for the performer (drive/performer.h)
};

struct PrepareOptions {
    PrepareInput input = PrepareInput::Recordings;
    std::string folder;  ///< searched with its subfolders
    std::string out;     ///< folder of the shards, created if missing
    std::string source;  ///< letters, digits, '_' and '-'; in shards and their names
    std::string tracks;  ///< videos: folder of <stem>.safetensors or .csv, empty = track
    /// Phones: makes head, brows and lids (drive::load_performer()); empty = random ones.
    drive::PerformFn perform;
    std::string performer_hash;  ///< of its network; another hash rebuilds the shards
    std::string held_out_list;   ///< file of names, one per line; empty = is_held_out_by_rule()
    std::string model_dir;       ///< head model and detectors (videos)
    std::string encoder_hash;    ///< of the speech encoder; another hash rebuilds the shards
    /// Names the features from EncodeSpeechFn, speech::SpeechEncoder::features().
    std::string speech_features = speech::kSpeechFeatures;
    int num_takes = 4;         ///< phones: motions per utterance
    std::uint64_t seed = 0;    ///< phones
    int clips_per_shard = 48;  ///< 1..1000

    double min_duration_s = 1.0;
    double max_lost_share = 0.1;   ///< share of frames without a face
    double max_fit_error = 0.035;  ///< mean, landmark error over eye distance
    /// Minimum sharpness of the face: mean squared gradient over variance, see sharpness().
    double min_sharpness = 0.028;

    /// Features per frame of the shards.
    int speech_width() const;
    void check() const;  ///< @throws Error(Usage)
};

struct PrepareReport {
    int num_inputs = 0;
    int num_clips = 0;     ///< kept clips, counting every take
    int num_held_out = 0;  ///< held-out clips among these
    std::int64_t num_frames = 0;
    int num_shards = 0;
    int num_shards_reused = 0;           ///< finished by an earlier run with the same settings
    std::map<std::string, int> dropped;  ///< number of inputs, by reason
    std::vector<std::string> shards;     ///< paths, training shards first
};

/// Turns a folder of speech with motion into training shards (docs/formats.md, "Training shards"):
/// train_<source>_NNNN.safetensors and held_out_<source>_NNNN.safetensors in `out`.
///
/// A shard appears only when it is complete. An existing shard made from the same files with the
/// same settings is kept. Unusable inputs are dropped and counted; inputs that cannot be read are
/// dropped with a warning.
/// @throws Error(Input) if the folder has no input of the kind, or the list cannot be read;
///         Error(Model), Error(Output); Error(Interrupted, Terminated) on a stop.
PrepareReport prepare_motion_data(const PrepareOptions& options,
                                  const EncodeSpeechFn& encode_speech,
                                  const core::ProgressFn& progress,
                                  const core::StopToken& stop);

/// Whether a clip is held out: the first byte of the SHA-256 of its name is below 16. If the name
/// identifies the speaker, "speaker <part>" is hashed instead, so that no speaker is in both sets.
/// The part is the text before '-' ("1272-128104-0000") or '/' ("id10270/x6uYqmx31kE/00001"), or
/// the first five of nine digits ("000240010").
bool is_held_out_by_rule(const std::string& name);

}  // namespace vasa::train
