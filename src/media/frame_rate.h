// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/rational.h"

#include <vector>

namespace vasa::media {

/// Chooses the constant rate at which pictures with time stamps are shown.
///
/// The first of these rates on whose grid the pictures lie, at least half of the grid filled: the
/// stated mean and base rates, and the usual rate nearest to the median interval. If there is none,
/// a rate from 5 to 60 not below that of the median interval.
/// @param times_s  when pictures are shown, ascending
/// @param mean     as the container states it, 0 if it does not
/// @param base     the lowest rate that has all time stamps on its grid, as libav guesses it
/// @return         above 0 to 240; 25 for a single picture without stated rates
core::Rational choose_frame_rate(const std::vector<double>& times_s,
                                 const core::Rational& mean,
                                 const core::Rational& base);

}  // namespace vasa::media
