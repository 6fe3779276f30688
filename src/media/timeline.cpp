// SPDX-License-Identifier: Apache-2.0
#include "timeline.h"

#include "frame_rate.h"
#include "libav_util.h"
#include "packet_clock.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace vasa::media {
namespace {

/// Presentation times of a stream's packets.
struct PictureTimes {
    std::vector<double> times_s;  ///< ascending
    double end_s = 0.0;           ///< end of the last picture
    std::int64_t num_packets = 0;
    bool are_complete = true;  ///< every packet has a time
};

void add_picture(const AVPacket& packet, double tick_s, PictureTimes& pictures) {
    // Decoders drop what an edit list cuts away.
    if ((packet.flags & AV_PKT_FLAG_DISCARD) != 0) {
        return;
    }
    ++pictures.num_packets;
    if (packet.pts == AV_NOPTS_VALUE) {
        pictures.are_complete = false;
        return;
    }
    const double time_s = static_cast<double>(packet.pts) * tick_s;
    const double end_s = time_s + static_cast<double>(packet.duration) * tick_s;
    pictures.times_s.push_back(time_s);
    pictures.end_s = pictures.times_s.size() == 1 ? end_s : std::max(pictures.end_s, end_s);
}

/// @param clock  has seen all packets
PictureTimes read_times(AVFormatContext& input, int video_index, PacketClock& clock) {
    PictureTimes pictures;
    const double tick_s = av_q2d(input.streams[video_index]->time_base);
    const PacketPtr packet = make_packet();
    // Damage is left to those who decode.
    while (av_read_frame(&input, packet.get()) >= 0) {
        clock.adjust(*packet);
        if (packet->stream_index == video_index) {
            add_picture(*packet, tick_s, pictures);
        }
        av_packet_unref(packet.get());
    }
    std::sort(pictures.times_s.begin(), pictures.times_s.end());
    return pictures;
}

core::Rational to_rational(const AVRational& rate) {
    if (rate.num <= 0 || rate.den <= 0) {
        return {0, 1};
    }
    AVRational lowest;
    av_reduce(&lowest.num, &lowest.den, rate.num, rate.den, INT32_MAX);
    return {lowest.num, lowest.den};
}

double start_s(const AVStream& stream, double otherwise_s) {
    return stream.start_time == AV_NOPTS_VALUE
               ? otherwise_s
               : static_cast<double>(stream.start_time) * av_q2d(stream.time_base);
}

void keep_streams(AVFormatContext& input, int first, int second) {
    for (unsigned i = 0; i < input.nb_streams; ++i) {
        const auto index = static_cast<int>(i);
        input.streams[i]->discard =
            index == first || index == second ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    }
}

}  // namespace

int find_pictures(AVFormatContext& input) {
    const AVCodec* decoder = nullptr;
    const int index = av_find_best_stream(&input, AVMEDIA_TYPE_VIDEO, -1, -1, &decoder, 0);
    return index < 0 || (input.streams[index]->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0
               ? -1
               : index;
}

Timeline read_timeline(const std::string& path) {
    const InputPtr input = open_media(path, "video");
    Timeline timeline;
    const int video_index = find_pictures(*input);
    if (video_index < 0) {
        return timeline;
    }
    const int sound_index =
        av_find_best_stream(input.get(), AVMEDIA_TYPE_AUDIO, -1, -1, nullptr, 0);
    keep_streams(*input, video_index, sound_index);
    const AVStream& video = *input->streams[video_index];
    PacketClock clock(*input);
    const PictureTimes pictures = read_times(*input, video_index, clock);
    timeline.has_pictures = true;
    timeline.has_times = pictures.are_complete && !pictures.times_s.empty();
    timeline.fps = choose_frame_rate(timeline.has_times ? pictures.times_s : std::vector<double>{},
                                     to_rational(video.avg_frame_rate),
                                     to_rational(video.r_frame_rate));
    const double first_s = timeline.has_times ? pictures.times_s.front() : start_s(video, 0.0);
    const double sound_s =
        sound_index >= 0 ? start_s(*input->streams[sound_index], first_s) : first_s;
    const double rate_hz = timeline.fps.value();
    timeline.num_lead = std::max<std::int64_t>(
        0, static_cast<std::int64_t>(std::ceil((first_s - sound_s - kPriming_s) * rate_hz)));
    timeline.zero_s = first_s - static_cast<double>(timeline.num_lead) / rate_hz;
    timeline.num_joins = clock.num_joins();
    timeline.num_frames = timeline.num_lead + pictures.num_packets;
    if (timeline.has_times) {
        const double last = timeline.position(pictures.times_s.back());
        timeline.num_frames =
            std::max(std::llround(last) + 1, std::llround(timeline.position(pictures.end_s)));
    }
    return timeline;
}

}  // namespace vasa::media
