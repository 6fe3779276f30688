// SPDX-License-Identifier: Apache-2.0
#include "packet_clock.h"

#include <algorithm>
#include <cstring>

namespace vasa::media {
namespace {

/// Time stamps that go back by more than this start a new clock. Less is jitter or the overlap of
/// packets; ffmpeg allows 0.1 s beyond the latest frame.
constexpr std::int64_t kLargestStepBack_us = 300'000;
/// In containers whose clock may jump, a larger step forward of all streams starts a new clock:
/// ffmpeg's dts_delta_threshold.
constexpr std::int64_t kLargestStepForward_us = 10'000'000;

std::int64_t to_us(std::int64_t time, const AVStream& stream) {
    return av_rescale_q(time, stream.time_base, AV_TIME_BASE_Q);
}

}  // namespace

PacketClock::PacketClock(const AVFormatContext& input) : input_(input) {}

void PacketClock::adjust(AVPacket& packet) {
    const auto index = static_cast<std::size_t>(packet.stream_index);
    const AVStream& stream = *input_.streams[index];
    // Streams may appear while a file is read.
    if (index >= stream_ends_us_.size()) {
        stream_ends_us_.resize(index + 1, AV_NOPTS_VALUE);
    }
    // Presentation times of pictures go back and forth.
    const bool is_ordered = stream.codecpar->codec_type != AVMEDIA_TYPE_VIDEO;
    const std::int64_t time = packet.dts == AV_NOPTS_VALUE && is_ordered ? packet.pts : packet.dts;
    if (time != AV_NOPTS_VALUE) {
        std::int64_t begin_us = to_us(time, stream) + offset_us_;
        const std::int64_t previous_us = stream_ends_us_[index];
        const bool steps_back =
            previous_us != AV_NOPTS_VALUE && previous_us - begin_us > kLargestStepBack_us;
        const bool jumps = (input_.iformat->flags & AVFMT_TS_DISCONT) != 0 &&
                           end_us_ != AV_NOPTS_VALUE && begin_us - end_us_ > kLargestStepForward_us;
        if (steps_back || jumps) {
            // Behind everything before: nothing of either stream overlaps.
            offset_us_ += end_us_ - begin_us;
            begin_us = end_us_;
            ++num_joins_;
        }
        stream_ends_us_[index] = begin_us + to_us(packet.duration, stream);
        end_us_ = end_us_ == AV_NOPTS_VALUE ? stream_ends_us_[index]
                                            : std::max(end_us_, stream_ends_us_[index]);
    }
    const std::int64_t offset = av_rescale_q(offset_us_, AV_TIME_BASE_Q, stream.time_base);
    packet.dts += packet.dts == AV_NOPTS_VALUE ? 0 : offset;
    packet.pts += packet.pts == AV_NOPTS_VALUE ? 0 : offset;
}

bool is_mostly_damaged(std::int64_t num_damaged, std::int64_t num_all) {
    constexpr double kMostDamaged = 0.05, kMostCut = 2.0;
    return static_cast<double>(num_damaged) >
           kMostDamaged * static_cast<double>(num_all) + kMostCut;
}

bool is_cuttable(const AVFormatContext& input) {
    return std::strncmp(input.iformat->name, "mpeg", 4) == 0;
}

}  // namespace vasa::media
