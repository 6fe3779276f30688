// SPDX-License-Identifier: Apache-2.0
#include "sound_converter.h"

#include <cstddef>

extern "C" {
#include <libavutil/channel_layout.h>
}

namespace vasa::media {

bool SoundConverter::open(const AVFrame& frame) {
    source_rate_ = frame.sample_rate;
    source_channels_ = frame.ch_layout.nb_channels;
    source_format_ = frame.format;
    AVChannelLayout source{};
    AVChannelLayout target{};
    av_channel_layout_default(&source, source_channels_);
    av_channel_layout_default(&target, channels_);
    SwrContext* context = nullptr;
    const int made = swr_alloc_set_opts2(&context,
                                         &target,
                                         AV_SAMPLE_FMT_FLT,
                                         sample_rate_,
                                         &source,
                                         static_cast<AVSampleFormat>(frame.format),
                                         frame.sample_rate,
                                         0,
                                         nullptr);
    converter_.reset(context);
    return made >= 0 && swr_init(converter_.get()) >= 0;
}

bool SoundConverter::run(const AVFrame* frame, std::vector<float>& samples) {
    const int count = frame ? frame->nb_samples : 0;
    const int room = swr_get_out_samples(converter_.get(), count);
    if (room < 0) {
        return false;
    }
    const std::size_t used = samples.size();
    const auto width = static_cast<std::size_t>(channels_);
    samples.resize(used + static_cast<std::size_t>(room) * width);
    auto* target = reinterpret_cast<std::uint8_t*>(samples.data() + used);
    const int made =
        swr_convert(converter_.get(),
                    &target,
                    room,
                    frame ? const_cast<const std::uint8_t**>(frame->extended_data) : nullptr,
                    count);
    samples.resize(used + static_cast<std::size_t>(made < 0 ? 0 : made) * width);
    return made >= 0;
}

bool SoundConverter::convert(const AVFrame& frame, std::vector<float>& samples) {
    if (sample_rate_ == 0) {
        sample_rate_ = frame.sample_rate;
        channels_ = frame.ch_layout.nb_channels;
    }
    const bool is_changed = frame.sample_rate != source_rate_ ||
                            frame.ch_layout.nb_channels != source_channels_ ||
                            frame.format != source_format_;
    if (is_changed && (!flush(samples) || !open(frame))) {
        return false;
    }
    return run(&frame, samples);
}

bool SoundConverter::flush(std::vector<float>& samples) {
    return !converter_ || source_rate_ == sample_rate_ || run(nullptr, samples);
}

}  // namespace vasa::media
