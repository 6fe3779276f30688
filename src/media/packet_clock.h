// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "libav_util.h"

#include <cstdint>
#include <vector>

namespace vasa::media {

/// Makes the time stamps of joined streams continuous.
///
/// Files that were joined byte by byte (chained Ogg, transport streams) start their clock anew at
/// each join. Readers of such a file must show the clock the same packets, or their zeros differ.
class PacketClock {
  public:
    explicit PacketClock(const AVFormatContext& input);

    /// Shifts a packet's times onto the clock of the packets before. Packets come in file order.
    void adjust(AVPacket& packet);

    /// Number of joins seen.
    int num_joins() const { return num_joins_; }

  private:
    const AVFormatContext& input_;
    std::vector<std::int64_t> stream_ends_us_;  ///< end of each stream's latest packet, adjusted
    std::int64_t end_us_ = AV_NOPTS_VALUE;      ///< the latest of them
    std::int64_t offset_us_ = 0;
    int num_joins_ = 0;
};

/// Whether more of a stream is damaged than joins and cuts explain: 5 % of it, and two at a cut.
/// @param num_damaged, num_all  packets or pictures
bool is_mostly_damaged(std::int64_t num_damaged, std::int64_t num_all);

/// Whether a container may begin and end anywhere, as a recorded broadcast does.
bool is_cuttable(const AVFormatContext& input);

}  // namespace vasa::media
