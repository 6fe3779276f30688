// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/rational.h"

#include <cstdint>
#include <string>

struct AVFormatContext;
struct AVStream;

namespace vasa::media {

/// The clock that a file's sound and pictures share, from the time stamps of its container.
///
/// The zero is where the earlier of the two begins. Sound that begins less than kPriming_s before
/// the first picture is the priming of an encoder and lies before the zero. Pictures lie on a grid
/// of constant rate whose first point is the zero.
struct Timeline {
    bool has_pictures = false;
    /// Whether pictures have time stamps; if not, they follow each other at the rate.
    bool has_times = false;
    core::Rational fps{0, 1};
    double zero_s = 0.0;          ///< on the container's clock
    std::int64_t num_lead = 0;    ///< grid points before the first picture
    std::int64_t num_frames = 0;  ///< grid points up to the end of the last picture
    int num_joins = 0;            ///< of files joined byte by byte (PacketClock)

    /// Place of a container time on the grid, in frames.
    double position(double time_s) const { return (time_s - zero_s) * fps.value(); }
};

/// AAC starts with 1024 to 2112 samples of priming: 48 ms at 44.1 kHz.
constexpr double kPriming_s = 0.05;

/// Reads the time stamps of a file's first video stream, without decoding.
/// @return has_pictures = false if it has none that can be decoded
/// @throws Error(Input) if the file cannot be read.
Timeline read_timeline(const std::string& path);

/// Index of the file's video stream that read_timeline() describes; -1 if there is none.
int find_pictures(AVFormatContext& input);

}  // namespace vasa::media
