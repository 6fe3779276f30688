// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/progress.h"
#include "vasa/core/stop_token.h"

#include <cstdint>
#include <string>
#include <vector>

namespace vasa::eval {

/// Accuracy of the background continued behind persons whose true background is known.
struct BackgroundFigures {
    int num_portraits = 0;
    std::int64_t num_pixels = 0;
    /// Mean absolute error of colours and of gradients, 0–255.
    double error = 0, gradient_error = 0;
    /// Mean gradient / that of the true background.
    double detail = 0;
    /// Median seconds to encode a portrait.
    double encode_s_median = 0;
};

/// Composites the persons of portraits over other photographs, encodes the results and compares the
/// plate with the photograph within `depth_px` behind the person's outline.
///
/// @param portraits    files; those without a usable face are left out
/// @param backgrounds  folder of photographs; each portrait gets two of them
/// @throws Error(Input) if none can be used.
BackgroundFigures measure_background(const std::string& model_dir,
                                     const std::vector<std::string>& portraits,
                                     const std::string& backgrounds,
                                     float depth_px,
                                     const core::ProgressFn& progress,
                                     const core::StopToken& stop);

}  // namespace vasa::eval
