// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/train/prepare.h"

#include <string>
#include <vector>

namespace vasa::train {

/// An input: files of one stem.
struct PrepareItem {
    std::string name;    ///< path below the folder without extension, '/' between parts
    std::string sound;   ///< file with the sound (videos: the video)
    std::string second;  ///< motion, alignment or curves; empty for videos to be tracked
};

/// A shard to be made.
struct PlannedShard {
    std::string path;
    bool is_held_out = false;
    std::string settings_hash;
    std::vector<PrepareItem> items;
};

/// The folder's inputs in order of their names. Sound without its second file is left out. A video
/// without an existing track is kept, with an empty `second`.
/// @throws Error(Input) if the folder cannot be read or has no input.
std::vector<PrepareItem> list_items(const PrepareOptions& options);

/// Distributes the inputs over shards, training shards first.
std::vector<PlannedShard> plan_shards(const PrepareOptions& options,
                                      const std::vector<PrepareItem>& items);

/// Removes shards of this source left by an earlier run with more inputs. Other files stay.
void remove_stale_shards(const PrepareOptions& options, const std::vector<PlannedShard>& planned);

}  // namespace vasa::train
