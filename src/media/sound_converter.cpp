// SPDX-License-Identifier: Apache-2.0
#include "sound_converter.h"

#include <cstdint>

namespace vasa::media {

bool SoundConverter::open(const AVFrame& frame) {
    source_rate_ = frame.sample_rate;
    source_channels_ = frame.ch_layout.nb_channels;
    source_format_ = frame.format;
    return make_sound_converter({source_rate_, source_channels_},
                                static_cast<AVSampleFormat>(source_format_),
                                {sample_rate_, channels_},
                                converter_) >= 0 &&
           swr_init(converter_.get()) >= 0;
}

bool SoundConverter::run(const AVFrame* frame, std::vector<float>& samples) {
    const auto** planes = frame ? const_cast<const std::uint8_t**>(frame->extended_data) : nullptr;
    return append_converted(
               *converter_, planes, frame ? frame->nb_samples : 0, channels_, samples) >= 0;
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
