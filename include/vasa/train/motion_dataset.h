// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/head/actions.h"
#include "vasa/motion/motion_clip.h"
#include "vasa/motion/motion_space.h"
#include "vasa/speech/speech_encoder.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vasa::train {

/// Values per frame of a shard: 6 of pose (yaw, pitch, roll rad, x, y, z cm, relative to the rest
/// pose), then the actions in head::Action order.
constexpr int kShardMotionWidth = 6 + head::kNumActions;
/// Features per frame that speech::SpeechEncoder gives; shards of silent motion have others.
constexpr int kShardSpeechWidth = 1024;
/// Main gaze yaw and pitch (rad), distance (ratio, 1 = as at rest), emotion strengths.
constexpr int kShardControlWidth = 3 + motion::kNumEmotions;

/// One clip to be written to a shard. T frames at 25 fps.
struct ShardClip {
    std::string name;
    std::vector<float> motion;    ///< [T, kShardMotionWidth]
    std::vector<float> controls;  ///< [T, kShardControlWidth]
    std::vector<float> tongue;    ///< [T, head::kNumTongueValues]; empty where it is not known
    /// [T, MotionShard::speech_width]; an object that several clips share is stored once.
    std::shared_ptr<const std::vector<float>> speech;

    int num_frames() const { return static_cast<int>(motion.size()) / kShardMotionWidth; }
};

/// Clips of one source that go into one file.
struct MotionShard {
    std::string source;  ///< names the kind of data ("grid", "natural")
    bool is_held_out = false;
    std::string settings_hash;  ///< hash of the inputs and settings; may be empty
    /// Names the speech features, speech::SpeechEncoder::features().
    std::string speech_features = speech::kSpeechFeatures;
    int speech_width = kShardSpeechWidth;  ///< features per frame
    std::map<std::string, int> dropped;    ///< inputs that gave no clip, by reason
    std::vector<ShardClip> clips;
};

/// Writes a shard atomically and replaces an existing file. A shard without clips records that none
/// of its input was usable.
/// @throws Error(Output) if it cannot be written; Error(Internal) for sizes that do not match and
///         values that MotionDataset::load() refuses.
void save_motion_shard(const std::string& path, const MotionShard& shard);

/// Metadata of a shard.
struct ShardSummary {
    std::string settings_hash;
    int num_clips = 0;
    std::int64_t num_frames = 0;
    std::map<std::string, int> dropped;
};
/// Nothing if `path` does not exist or is not a complete shard of this format version.
std::optional<ShardSummary> summarize_shard(const std::string& path);

/// Pose and actions of a frame of a shard, without the tongue.
motion::MotionFrame frame_of_shard(const float* motion);

/// One clip for training; views into the data set.
struct ClipView {
    const float* motion = nullptr;              ///< [num_frames, kShardMotionWidth]
    const std::uint16_t* speech_f16 = nullptr;  ///< [num_frames, speech_width()] half floats
    const float* controls = nullptr;            ///< [num_frames, kShardControlWidth]
    const float* tongue = nullptr;  ///< [num_frames, head::kNumTongueValues], null if not known
    int num_frames = 0;             ///< >= 1
    std::string name;
    int source_index = 0;  ///< into MotionDataset::sources()
    bool is_held_out = false;
};

/// The clips of some shards, in memory.
class MotionDataset {
  public:
    /// Reads shards as save_motion_shard() writes them (docs/formats.md, "Training shards").
    ///
    /// @throws Error(Input) naming file and tensor: missing or damaged, another format version or
    ///         frame rate, clips that do not cover the frames, values that are not finite or out of
    ///         range; also if no shard has a clip, or shards hold features of different encoders.
    static MotionDataset load(const std::vector<std::string>& shard_paths);
    /// All shards of a folder, training and held-out. @throws Error(Input)
    static MotionDataset load_folder(const std::string& folder);

    int num_clips() const { return static_cast<int>(clips_.size()); }
    /// @param index  0 .. num_clips() - 1
    const ClipView& clip(int index) const { return clips_.at(static_cast<std::size_t>(index)); }
    /// Sorted names of the sources.
    const std::vector<std::string>& sources() const { return sources_; }
    std::int64_t num_frames() const;
    /// Names the speech features, which are the same in all shards.
    const std::string& speech_features() const { return speech_features_; }
    /// Number of features per frame, the same in all shards.
    int speech_width() const { return speech_width_; }
    /// Indices of the training clips and of the held-out clips.
    /// @throws Error(Input) unless both exist.
    std::pair<std::vector<int>, std::vector<int>> split() const;

  private:
    struct Block {
        std::vector<float> motion, controls, tongue;
        std::vector<std::uint16_t> speech;
    };
    std::vector<std::shared_ptr<const Block>> blocks_;
    std::vector<ClipView> clips_;
    std::vector<std::string> sources_;
    std::string speech_features_;
    int speech_width_ = 0;
};

/// Shards in a folder whose file names begin with `prefix` ("train_", "held_out_"), sorted.
/// @throws Error(Input) if the folder cannot be read.
std::vector<std::string> list_shards(const std::string& folder, const std::string& prefix);

}  // namespace vasa::train
