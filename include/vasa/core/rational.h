// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/export.h"

#include <cstdint>
#include <string>

namespace vasa::core {

/// An exact positive rational, used for frame rates. Always in lowest terms.
struct Rational {
    std::int64_t num = 25;
    std::int64_t den = 1;

    double value() const { return static_cast<double>(num) / static_cast<double>(den); }
};

/// Parses "25", "30000/1001", "29.97" (taken as 30000/1001; likewise 23.976 and 59.94), and other
/// decimals of up to three places ("12.5") exactly.
///
/// @throws Error(Usage) if the text is none of these, not within (0, 240], or has a term above
/// 10^6.
VASA_API Rational parse_frame_rate(const std::string& text);

VASA_API std::string to_string(const Rational& r);

/// Number of frames of a clip: ceil(duration × rate), exact for durations given in samples.
///
/// @param num_samples  length of the audio in samples, ≥ 0
/// @param sample_rate  Hz, > 0
std::int64_t num_frames(std::int64_t num_samples, int sample_rate, const Rational& rate);

}  // namespace vasa::core
