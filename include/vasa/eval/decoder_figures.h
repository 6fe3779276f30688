// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/progress.h"
#include "vasa/core/stop_token.h"
#include "vasa/decode/batch_decoder.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace vasa::eval {

/// Regions of a frame that the portrait did not show. FittedMouth is the part of Mouth where the
/// fit is right about teeth (pairs::mark_agreement()).
enum class LostRegion { Mouth, FittedMouth, Eyes, Skin };
constexpr int kNumLostRegions = 4;

/// Mean absolute errors against the photo where a reverse-warp pair hides it, 0–255.
struct LostFigures {
    std::int64_t num_pixels = 0;
    double geometry = 0, painted = 0;
    double geometry_gradient = 0, painted_gradient = 0;
    /// Mean gradient of the region / that of the photo there.
    double geometry_detail = 0, painted_detail = 0;
};

/// Results of a frame decoder on portraits, compared with geometry alone.
struct DecoderFigures {
    int num_portraits = 0;
    std::array<LostFigures, kNumLostRegions> lost;
    /// Frame at the portrait's own pose and actions against the crop: PSNR, dB, and gradient ratio.
    double self_psnr_median = 0, self_psnr_p05 = 0, self_detail = 0;
    /// Mean change of the mouth's inside between frames while the jaw opens slowly / that of the
    /// geometry alone.
    double ramp_change = 0;
    /// Both changes more than 3 pixels from the lips, whose soft edge moves; 0–255.
    double ramp_deep_geometry = 0, ramp_deep_painted = 0;
    /// Mean gradient there / that of the geometry: stronger gradients change more when they move.
    double ramp_detail = 0;
    /// Largest difference between two frames of the same motion, with other frames between them.
    int repeat_difference = 0;
    /// Mean change between frames of pixels that are background throughout a turn of the head.
    double background_change = 0;
};

/// Measures on reverse-warp pairs, unmoved frames, slowly opening jaws and turning heads.
///
/// @param portraits  files; those without a usable face are left out
/// @param network    of the frame decoder, on the CPU; null = geometry alone
/// @param num_pairs  reverse-warp pairs per portrait
/// @throws Error(Input) if no portrait can be used.
DecoderFigures measure_decoder(const std::string& model_dir,
                               const std::vector<std::string>& portraits,
                               const decode::BatchNetwork& network,
                               int num_pairs,
                               std::uint64_t seed,
                               const core::ProgressFn& progress,
                               const core::StopToken& stop);

}  // namespace vasa::eval
