// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"

namespace vasa::face {

/// Continues a picture into its hidden part with patches of the part that is seen, so that edges
/// and texture go on behind the person. Deterministic, whatever the number of threads.
/// Source: randomised patch correspondences (Barnes et al. 2009) between all patches that touch the
/// hidden part and seen ones, from coarse to fine, each hidden pixel the vote of the patches over
/// it (Wexler et al. 2007), with the patches' own steps between pixels (Darabi et al. 2012), so
/// that what is out of focus gets no hard edges.
/// @param colour  [height, width, 3], 0..255; hidden pixels hold smoothly continued colours
/// @param known   [height, width, 1], 255 what is seen, 0 what is hidden
/// @param reach_px  how deep hidden pixels are continued; deeper ones keep their colours
/// @return like `colour`; `colour` itself where too little is seen to take patches from
core::ImageF exemplar_fill(const core::ImageF& colour, const core::ImageU8& known, float reach_px);

}  // namespace vasa::face
