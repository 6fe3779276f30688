// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/train/decoder_trainer.h"

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace vasa::train {

/// Text of the curves as CSV with a header, and back. @throws Error(Input)
std::string decoder_curves_csv(const std::vector<DecoderValidation>& curves);
std::vector<DecoderValidation> parse_decoder_curves(const std::string& text);

/// One patch of a sheet of samples, [3, H, W], -0.5..0.5.
struct SheetRow {
    at::Tensor geometry, painted, target;
};

/// Geometry, network and portrait side by side, two patches to a row.
core::ImageU8 make_sheet(const std::vector<SheetRow>& rows);

}  // namespace vasa::train
