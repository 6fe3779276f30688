// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "data/face_check.h"
#include "data/prepare_plan.h"

#include "vasa/core/stop_token.h"
#include "vasa/head/head_model.h"
#include "vasa/train/motion_dataset.h"
#include "vasa/train/prepare.h"

#include <string>
#include <vector>

namespace vasa::train {

/// Result of an input: clips, or the reason why there are none.
struct PreparedItem {
    std::vector<ShardClip> clips;
    std::string dropped;  ///< "no face", "several faces", "blurred", "badly tracked", "no sound",
                          ///< "too short", "unreadable"; empty if kept
};

/// Reads an input and makes its clips. Files that cannot be read are "unreadable", with a warning.
/// @param head  for silent recordings, else null
PreparedItem prepare_item(const PrepareItem& item,
                          const PrepareOptions& options,
                          const EncodeSpeechFn& encode_speech,
                          DetectorPool& detectors,
                          const head::HeadModel* head,
                          const core::StopToken& stop);

}  // namespace vasa::train
