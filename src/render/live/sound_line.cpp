// SPDX-License-Identifier: Apache-2.0
#include "live/sound_line.h"

#include <algorithm>

namespace vasa::render {
namespace {

/// Sound that is broken off ends within this time: at once for the ear, and without a click.
constexpr double kFade_s = 0.01;
/// Removed samples are moved out of memory when there are this many, so that each is moved once.
constexpr std::size_t kCompactSamples = 1U << 16U;

}  // namespace

void SampleQueue::push(const float* samples, std::int64_t num_frames) {
    samples_.insert(
        samples_.end(), samples, samples + num_frames * static_cast<std::int64_t>(channels_));
}

void SampleQueue::pop(std::int64_t num_frames, std::vector<float>& samples) {
    const float* const first = data();
    samples.insert(samples.end(), first, first + num_frames * static_cast<std::int64_t>(channels_));
    drop(num_frames);
}

void SampleQueue::drop(std::int64_t num_frames) {
    begin_ += static_cast<std::size_t>(num_frames) * channels_;
    if (begin_ == samples_.size() || begin_ >= kCompactSamples) {
        samples_.erase(samples_.begin(), samples_.begin() + static_cast<std::ptrdiff_t>(begin_));
        begin_ = 0;
    }
}

SoundLine::SoundLine(int sample_rate, int channels, const core::Rational& fps)
    : sample_rate_(sample_rate),
      channels_(channels),
      fps_(fps),
      waiting_(channels),
      line_(channels) {}

void SoundLine::push(const float* samples, std::int64_t num_frames, double now_s) {
    if (num_frames > 0) {
        waiting_.push(samples, num_frames);
        pushed_.push_back({num_pushed_, num_pushed_ + num_frames, now_s});
        num_pushed_ += num_frames;
    }
}

double SoundLine::drop_waiting(std::int64_t num_kept) {
    const std::int64_t num_dropped = std::max<std::int64_t>(num_waiting() - num_kept, 0);
    waiting_.drop(num_dropped);
    const std::int64_t first = num_pushed_ - num_waiting();
    while (!pushed_.empty() && pushed_.front().end <= first) {
        pushed_.pop_front();
    }
    return static_cast<double>(num_dropped) / sample_rate_;
}

void SoundLine::take(std::int64_t num_frames, std::vector<float>& samples) {
    std::int64_t first = num_pushed_ - num_waiting();
    const std::int64_t end = first + num_frames;
    for (const Arrival& arrival : pushed_) {
        const std::int64_t begin = std::max(first, arrival.begin);
        const std::int64_t stop = std::min(end, arrival.end);
        if (begin < stop) {
            const std::int64_t offset = length_ - first;
            on_line_.push_back({begin + offset, stop + offset, arrival.time_s});
        }
    }
    while (!pushed_.empty() && pushed_.front().end <= end) {
        pushed_.pop_front();
    }
    const std::size_t used = samples.size();
    waiting_.pop(num_frames, samples);
    line_.push(samples.data() + used, num_frames);
    length_ += num_frames;
    end_of_speech_ = length_;
}

void SoundLine::add_silence(std::int64_t num_frames, std::vector<float>& samples) {
    const std::size_t used = samples.size();
    samples.resize(used + static_cast<std::size_t>(num_frames * channels_), 0.0F);
    line_.push(samples.data() + used, num_frames);
    length_ += num_frames;
}

void SoundLine::hush() {
    const auto num_fade = static_cast<std::int64_t>(kFade_s * sample_rate_);
    float* const samples = line_.data();
    for (std::int64_t i = 0; i < line_.num_frames(); ++i) {
        const float gain =
            i < num_fade ? 1.0F - static_cast<float>(i) / static_cast<float>(num_fade) : 0.0F;
        for (std::int64_t c = 0; c < channels_; ++c) {
            samples[i * channels_ + c] *= gain;
        }
    }
    on_line_.clear();
}

std::int64_t SoundLine::first_sample_of(std::int64_t frame) const {
    // frame · den · rate stays far below 2^63 for centuries at 240 fps and 384 kHz.
    return (frame * fps_.den * sample_rate_ + fps_.num / 2) / fps_.num;
}

std::vector<float> SoundLine::next_frame_sound() {
    const std::int64_t begin = first_sample_of(next_frame_);
    const std::int64_t end = first_sample_of(++next_frame_);
    frame_arrival_s_.reset();
    for (const Arrival& arrival : on_line_) {
        if (arrival.end > begin && arrival.begin < end) {
            frame_arrival_s_ = arrival.time_s;
            break;
        }
    }
    while (!on_line_.empty() && on_line_.front().end <= end) {
        on_line_.pop_front();
    }
    std::vector<float> samples;
    line_.pop(std::min(end - begin, line_.num_frames()), samples);
    samples.resize(static_cast<std::size_t>((end - begin) * channels_), 0.0F);
    return samples;
}

}  // namespace vasa::render
