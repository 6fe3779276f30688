// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/rng.h"
#include "vasa/decode/frame_conditions.h"
#include "vasa/head/face_code.h"
#include "vasa/head/head_model.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace vasa::pairs {

/// What a patch of a training pair is centred on.
enum class PatchKind : std::uint8_t { Mouth = 0, Eye = 1, Skin = 2 };
constexpr int kNumPatchKinds = 3;
/// Stored patches are larger than those trained on, so that these can be shifted at random.
constexpr int kStoredPatch_px = 152;

/// A square of a frame: what the geometry makes of a pseudo-source, and what the portrait shows.
struct DecoderPatch {
    PatchKind kind = PatchKind::Mouth;
    float source_scale = 1.0F;                        ///< portrait pixels per frame pixel
    std::vector<decode::PixelRecord> records;         ///< [152²]
    std::vector<std::array<std::uint8_t, 3>> target;  ///< [152²]
};

/// Patches of one reverse-warp pair: mouth, both eyes, and skin that the pseudo-source hides.
std::vector<DecoderPatch> make_decoder_patches(const head::HeadModel& model,
                                               const head::FaceCode& code,
                                               decode::GeometryRenderer& renderer,
                                               core::Rng& rng);

/// How many pairs a portrait is worth: open mouths are rare, and teach most.
int num_pairs_of(const head::FaceCode& code);

/// Patches of a file, written atomically. @throws Error(Output)
void save_patches(const std::string& path, const std::vector<DecoderPatch>& patches);
/// @throws Error(Input) if the file is damaged.
std::vector<DecoderPatch> load_patches(const std::string& path);

}  // namespace vasa::pairs
