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

/// The centre of a training pair's patch.
enum class PatchKind : std::uint8_t { Mouth = 0, Eye = 1, Skin = 2 };
constexpr int kNumPatchKinds = 3;
/// Stored patches are larger than training patches, so that training can crop at random offsets.
constexpr int kStoredPatch_px = 152;

/// A square of a frame: the geometry's rendering of a pseudo-source, and the portrait as target.
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

/// Number of pairs to make from a portrait: more for open mouths, which are rare and teach most.
int num_pairs_of(const head::FaceCode& code);

/// Writes patches to a file, atomically. @throws Error(Output)
void save_patches(const std::string& path, const std::vector<DecoderPatch>& patches);
/// Reads patches from a file. @throws Error(Input) if the file is damaged.
std::vector<DecoderPatch> load_patches(const std::string& path);

}  // namespace vasa::pairs
