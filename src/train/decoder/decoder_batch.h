// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/rng.h"
#include "vasa/pairs/decoder_pairs.h"

#include <array>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace vasa::train {

/// Side of the patches trained on, pixels.
constexpr int kTrainPatch_px = 128;

/// Patches as the network sees them; mouths first, then eyes, then skin.
struct DecoderBatch {
    at::Tensor conditions;  ///< [B, kNumConditions, 128, 128]
    at::Tensor target;      ///< [B, 3, 128, 128], -0.5..0.5
    at::Tensor lost;        ///< [B, 1, 128, 128] 0 or 1
    at::Tensor region;      ///< [B, 1, 128, 128] where to paint, from decode::mark_region()
    at::Tensor agreement;   ///< [B, 1, 128, 128] 0 where fit and portrait differ, else 1
    std::array<int, pairs::kNumPatchKinds> counts{};
};

/// Patches of a folder, in memory.
class PatchPool {
  public:
    /// @param prefix  of the file names, "train_" or "held_out_"
    PatchPool(std::string folder, std::string prefix, int max_files);

    /// Reads new files, in the order of their names.
    /// @throws Error(Input) if files are damaged.
    void refresh();
    /// Reads these files. @throws Error(Input) if one is damaged or missing.
    void read(const std::vector<std::string>& names);

    /// Files in use.
    const std::vector<std::string>& files() const { return files_; }
    bool has_all_kinds() const;

    /// Random patches with random light, colour and mirroring.
    DecoderBatch training_batch(int batch_size, core::Rng& rng) const;
    /// Unchanged patches of one kind, those that hide most first, at most one per file.
    DecoderBatch validation_batch(pairs::PatchKind kind, int max_patches) const;

  private:
    std::string folder_, prefix_;
    int max_files_;
    std::vector<std::string> files_;
    std::vector<pairs::DecoderPatch> patches_;
    std::vector<std::vector<std::uint8_t>> agreement_;  ///< of each, from decode::mark_agreement()
    std::vector<int> file_of_;                          ///< of each patch
    std::array<std::vector<int>, pairs::kNumPatchKinds> by_kind_;
    /// Running sums of the likelihood of each patch of a kind; it is higher if more is hidden.
    std::array<std::vector<double>, pairs::kNumPatchKinds> likelihood_;
};

}  // namespace vasa::train
