// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/progress.h"
#include "vasa/core/stop_token.h"
#include "vasa/marks/watermark.h"

#include <cstdint>
#include <string>
#include <vector>

namespace vasa::eval {

/// What a clip goes through after it was marked: arguments of ffmpeg, a step each.
struct WatermarkAttack {
    std::string name;
    std::vector<std::vector<std::string>> steps;  ///< none: the clip as it was written
    double duration_s = 5;                        ///< of the parts that are examined
};
/// Single attacks on 5 s, and pairs of them on 10 s.
std::vector<WatermarkAttack> watermark_attacks();

/// How many marks were read after an attack.
struct AttackFigures {
    std::string name;
    double duration_s = 0;
    int num_parts = 0, num_read = 0;
    double score = 0, confidence = 0;  ///< means, see marks::WatermarkFinding
};

struct WatermarkFigures {
    int num_clips = 0;
    std::vector<AttackFigures> attacks;
    /// PSNR of marked against unmarked frames, RGB, dB: mean and lowest.
    double psnr_mean = 0, psnr_min = 0;
    double mark_ms = 0;  ///< processor time for marking a frame's luma
    double growth = 0;   ///< size of the written clips / without a mark, CRF 18
};

/// Marks the first 10 s of clips, each with a payload of its own, writes them as a render does,
/// attacks them with the program ffmpeg and looks for the marks.
/// @param clips   without a watermark, at least 10 s
/// @param folder  for files in between; must exist
/// @param only    attacks whose names contain this text; empty = all
/// @param strength  of the marks
/// @throws Error(Input) for a clip that is too short; Error(Resource) if ffmpeg cannot be run or
///         fails
WatermarkFigures measure_watermark(const std::vector<std::string>& clips,
                                   const std::string& folder,
                                   const std::string& only,
                                   const marks::MarkStrengthParams& strength,
                                   std::uint64_t seed,
                                   const core::ProgressFn& progress,
                                   const core::StopToken& stop);

/// Marks found where there are none.
struct FalseMarkFigures {
    int num_trials = 0, num_found = 0;
    int num_matching = 0;     ///< of decoded bits whose CRC, version and generator match
    double lowest_bound = 1;  ///< lowest WatermarkFinding::false_positive
    double highest_score = 0;
};

/// Looks for watermarks in clips that have none: in windows of 5 s at random times, cropped at
/// random, of the public key and of random ones in turn. Each clip is decoded once.
/// @param clips        at least 5 s; the first minute of each is used
/// @param num_windows  divided among the clips
/// @throws Error(Input) for a clip that is too short
FalseMarkFigures measure_false_marks(const std::vector<std::string>& clips,
                                     int num_windows,
                                     std::uint64_t seed,
                                     const core::ProgressFn& progress,
                                     const core::StopToken& stop);

}  // namespace vasa::eval
