// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/motion/motion_clip.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vasa::motion {

/// HH:MM:SS:FF.sub
struct Timecode {
    std::int64_t seconds = 0;  ///< whole seconds since midnight
    double frame = 0.0;        ///< within the second, with the fraction of a frame
};

std::optional<Timecode> parse_timecode(std::string_view text);

/// Timecode of frame i, counted from 00:00:00:00 with ceil(fps) frames per second.
std::string format_timecode(std::int64_t index, const core::Rational& fps);

/// Sets the clip's rate from the timecodes of its rows and fills the frames they skip.
///
/// The rate is the lowest usual rate above the largest frame number; the rows must cover a full
/// second. @throws Error(Input) if they don't, go backwards, or leave gaps of more than 10 s.
void apply_timecodes(MotionClip& clip,
                     const std::vector<Timecode>& timecodes,
                     const std::string& name);

}  // namespace vasa::motion
