// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"

#include <array>
#include <cstddef>

namespace vasa::face {

/// Costs are mean squares of the colours' differences, 0..255.
struct ExemplarFillParams {
    /// What a patch from one pixel (of the full size) further away must match better: the
    /// background beside the hole is the likelier one to go on.
    float cost_per_px = 5.0F;
    /// Gaps narrower than this are not taken from: between hair or inside an ear-ring the rims of
    /// the person that the matte missed are as large as what is seen between them.
    int narrow_gap_px = 15;
    /// Patches a level needs at least: with less it would repeat a few.
    std::size_t min_sources = 100;

    // The first filling, from the seen pixels inwards on the coarsest level.
    int first_tries = 24;  ///< random patches for a pixel that has none
    int first_rounds = 2;  ///< of search, so that neighbours hear of each other's finds
    int search_tries = 4;  ///< random patches in ever smaller rings around the best one

    /// Votes a level, coarsest first: more where they are cheap and decide what goes where.
    std::array<int, 3> votes = {3, 2, 1};
    int rounds = 2, tries = 3;  ///< of search before a vote
    /// At the full size the coarser level's matches are only moved by the pixel it could not see.
    int full_size_rounds = 1, full_size_tries = 2, full_size_radius_px = 2;
    float min_typical_cost = 4.0F;  ///< noise of a photo: what costs less is as good in a vote

    // Screened Poisson by over-relaxation: near the voted colours, with the voted steps to the
    // neighbours.
    float nearness = 0.03F;   ///< weight of the voted colour against a neighbour's step of 1
    float relaxation = 1.6F;  ///< 1..2
    int num_relaxations = 12;
};

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
core::ImageF exemplar_fill(const core::ImageF& colour,
                           const core::ImageU8& known,
                           float reach_px,
                           const ExemplarFillParams& params = {});

}  // namespace vasa::face
