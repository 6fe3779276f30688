// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"

#include <array>
#include <cstddef>

namespace vasa::face {

/// Costs are mean squares of colour differences, 0..255.
struct ExemplarFillParams {
    /// Cost added per pixel of distance (at full size): the background beside the hole is the
    /// likeliest continuation.
    float cost_per_px = 5.0F;
    /// Narrower gaps are not sources: between hair or inside an earring, the rims of the person
    /// that the matte missed are as large as the background seen between them.
    int narrow_gap_px = 15;
    /// Minimum number of patches per level: with fewer it would repeat a few.
    std::size_t min_sources = 100;

    // The first filling, from the seen pixels inwards on the coarsest level.
    int first_tries = 24;  ///< random patches for a pixel that has none
    int first_rounds = 2;  ///< search rounds, so that matches spread to neighbours
    int search_tries = 4;  ///< random patches in shrinking rings around the best one

    /// Votes per level, coarsest first: more where they are cheap and decide the arrangement.
    std::array<int, 3> votes = {3, 2, 1};
    int rounds = 2, tries = 3;  ///< search rounds and tries before each vote
    /// At full size the coarser level's matches are moved only by the pixel it could not resolve.
    int full_size_rounds = 1, full_size_tries = 2, full_size_radius_px = 2;
    float min_typical_cost = 4.0F;  ///< noise of a photo: lower costs are equally good in a vote

    // Screened Poisson by over-relaxation: close to the voted colours and to the voted steps
    // between neighbours.
    float nearness = 0.03F;   ///< weight of the voted colour; a neighbour's step has 1
    float relaxation = 1.6F;  ///< 1..2
    int num_relaxations = 12;
};

/// Continues a picture into its hidden part with patches of the seen part, so that edges and
/// texture continue behind the person. Deterministic for any number of threads.
/// Source: randomised patch correspondences (Barnes et al. 2009) between seen patches and all
/// patches that touch the hidden part, from coarse to fine. Each hidden pixel is the vote of the
/// patches over it (Wexler et al. 2007), with the patches' own steps between pixels (Darabi et al.
/// 2012), so that out-of-focus areas get no hard edges.
/// @param colour  [height, width, 3], 0..255; hidden pixels hold smoothly continued colours
/// @param known   [height, width, 1], 255 = seen, 0 = hidden
/// @param reach_px  depth to which hidden pixels are filled; deeper ones keep their colours
/// @return like `colour`; `colour` itself if too little is seen to take patches from
core::ImageF exemplar_fill(const core::ImageF& colour,
                           const core::ImageU8& known,
                           float reach_px,
                           const ExemplarFillParams& params = {});

}  // namespace vasa::face
