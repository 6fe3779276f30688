// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "loop/curves.h"

#include "vasa/core/image.h"
#include "vasa/train/decoder_trainer.h"

#include <vector>

#include <ATen/core/Tensor.h>

namespace vasa::train {

/// Columns of the frame decoder's validation curves.
const std::vector<CurveColumn<DecoderValidation>>& decoder_columns();

/// One patch of a sheet of samples, [3, H, W], -0.5..0.5.
struct SheetRow {
    at::Tensor geometry, painted, target;
};

/// Geometry, network and portrait side by side, two patches per row.
core::ImageU8 make_sheet(const std::vector<SheetRow>& rows);

}  // namespace vasa::train
