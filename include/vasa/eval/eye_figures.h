// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/core/progress.h"
#include "vasa/core/stop_token.h"
#include "vasa/decode/batch_decoder.h"

#include <string>
#include <vector>

namespace vasa::eval {

/// What to measure eyes on.
struct EyeMeasuring {
    std::string model_dir, folder;
    std::vector<std::string> names;  ///< files of the folder
    decode::BatchNetwork network;    ///< null = geometry alone
    decode::EyeColour colour = decode::EyeColour::Auto;
    /// head::lid_opening() of eyes that count as open.
    float min_opening = 0.25F, max_opening = 0.35F;
};

/// Eyes that open in portraits that show them shut.
struct EyeFigures {
    int num_portraits = 0;  ///< encoded, open and shut
    int num_shut = 0;       ///< of those, found shut by the encoder
    int num_open = 0;       ///< of all, found open afterwards, within the limits
    /// head::lid_opening() of the opened eyes, means of both eyes.
    double opening_p05 = 0, opening_median = 0, opening_p95 = 0;
    /// PSNR of the unmoved frame of the shut portrait against it: whole, and without the eyes, dB.
    double unmoved_psnr_median = 0, unmoved_psnr_p05 = 0, skin_psnr_p05 = 0;
    std::vector<std::string> failures;
    /// A strip for each portrait: as given, shut, opened. [100 n, 600, 3]
    core::ImageU8 strips;
};

/// Shuts the eyes of portraits by a blink, takes the frame as a new portrait, and opens its eyes as
/// a clip does.
/// @throws Error(Input) if no portrait could be used.
EyeFigures measure_eyes(const EyeMeasuring& options,
                        const core::ProgressFn& progress,
                        const core::StopToken& stop);

}  // namespace vasa::eval
