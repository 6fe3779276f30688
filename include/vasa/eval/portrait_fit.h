// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/progress.h"
#include "vasa/core/stop_token.h"

#include <string>
#include <vector>

namespace vasa::eval {

/// Names of a folder's JPEG, PNG and WebP files, sorted. @throws Error(Input)
std::vector<std::string> images_of(const std::string& folder);

/// Results of the face encoder on a folder of portraits.
struct PortraitFitReport {
    int num_portraits = 0;
    int num_encoded = 0;
    /// Mean error of the 432 inner landmarks, relative to the outer eye corner distance.
    double error_median = 0, error_p95 = 0;
    /// PSNR of the frame rendered at the portrait's own pose and actions against the crop, dB.
    double self_psnr_median = 0, self_psnr_p05 = 0;
    /// Seconds per portrait.
    double encode_s_median = 0, fit_s_median = 0;
    /// Portraits that could not be encoded, with the reason.
    std::vector<std::string> failures;
};

/// Encodes portraits and reports success and landmark error.
///
/// @param names  files of the folder to use; empty = all images in it
/// @throws Error(Input) if the folder has none of them.
PortraitFitReport measure_portrait_fit(const std::string& model_dir,
                                       const std::string& folder,
                                       const std::vector<std::string>& names,
                                       const core::ProgressFn& progress,
                                       const core::StopToken& stop);

}  // namespace vasa::eval
