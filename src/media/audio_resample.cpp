// SPDX-License-Identifier: Apache-2.0
#include "libav_util.h"

#include "vasa/core/error.h"
#include "vasa/media/audio_file.h"

#include <algorithm>
#include <string>
#include <utility>

extern "C" {
#include <libavutil/opt.h>
}

namespace vasa::media {
namespace {

constexpr std::int64_t kBlockFrames = 1 << 15;

[[noreturn]] void fail(const std::string& cause) {
    throw core::Error(core::ErrorKind::Internal, "cannot resample sound: " + cause);
}

void check_clip(const AudioClip& clip, int sample_rate, int channels) {
    if (clip.sample_rate <= 0 || clip.channels <= 0 || sample_rate <= 0 || channels <= 0 ||
        clip.samples.size() % static_cast<std::size_t>(clip.channels) != 0) {
        fail("expected a sample rate and channels above 0");
    }
}

/// round(num_frames × to / from)
std::int64_t resampled_length(std::int64_t num_frames, int from, int to) {
    return (2 * num_frames * to + from) / (2 * std::int64_t{from});
}

/// Channels 30 dB below the loudest carry no speech: noise and crosstalk.
constexpr double kLeastPower = 1e-3;
/// The mean of unrelated channels has the sum of their powers over the square of their number; less
/// than half of it means that they cancel each other out.
constexpr double kLeastMixPower = 0.5;

/// Mean of some channels of each frame, and its power without the constant part.
double mix_channels(const AudioClip& clip,
                    const std::vector<int>& channels,
                    std::vector<float>& out) {
    double sum = 0.0;
    double sum_squares = 0.0;
    const float* frame = clip.samples.data();
    for (float& mixed : out) {
        double value = 0.0;
        for (const int channel : channels) {
            value += frame[channel];
        }
        value /= static_cast<double>(channels.size());
        mixed = static_cast<float>(value);
        sum += value;
        sum_squares += value * value;
        frame += clip.channels;
    }
    const auto count = static_cast<double>(std::max<std::size_t>(out.size(), 1));
    return std::max(0.0, sum_squares / count - (sum / count) * (sum / count));
}

/// The mean of the channels that carry sound, or the loudest of them where their mean cancels it
/// out (a microphone wired in antiphase).
std::vector<float> mix_to_mono(const AudioClip& clip) {
    std::vector<float> mono(static_cast<std::size_t>(clip.num_frames()));
    std::vector<double> powers;
    for (int channel = 0; channel < clip.channels; ++channel) {
        powers.push_back(mix_channels(clip, {channel}, mono));
    }
    const auto loudest = std::max_element(powers.begin(), powers.end());
    std::vector<int> heard;
    double unrelated_power = 0.0;
    for (int channel = 0; channel < clip.channels; ++channel) {
        const double power = powers[static_cast<std::size_t>(channel)];
        if (power >= kLeastPower * *loudest) {
            heard.push_back(channel);
            unrelated_power += power;
        }
    }
    const auto count = static_cast<double>(heard.size());
    unrelated_power /= count * count;
    if (mix_channels(clip, heard, mono) < kLeastMixPower * unrelated_power) {
        mix_channels(clip, {static_cast<int>(loudest - powers.begin())}, mono);
    }
    return mono;
}

SwrPtr make_resampler(const AudioClip& clip, int sample_rate, int channels) {
    SwrPtr resampler;
    const int made = make_sound_converter(
        {clip.sample_rate, clip.channels}, AV_SAMPLE_FMT_FLT, {sample_rate, channels}, resampler);
    if (made < 0) {
        fail(av_error_text(made));
    }
    // A longer filter than the default: flat to 95 % of the lower Nyquist frequency.
    av_opt_set_int(resampler.get(), "filter_size", 64, 0);
    av_opt_set_int(resampler.get(), "exact_rational", 1, 0);
    av_opt_set_double(resampler.get(), "cutoff", 0.97, 0);
    const int ready = swr_init(resampler.get());
    if (ready < 0) {
        fail(av_error_text(ready));
    }
    return resampler;
}

/// Converts one block (none: the rest in the filter) and appends the result.
void convert_block(SwrContext& resampler,
                   const float* block,
                   std::int64_t num_frames,
                   int out_channels,
                   std::vector<float>& out) {
    const auto* source = reinterpret_cast<const std::uint8_t*>(block);
    const int result = append_converted(
        resampler, block ? &source : nullptr, static_cast<int>(num_frames), out_channels, out);
    if (result < 0) {
        fail(av_error_text(result));
    }
}

}  // namespace

AudioClip resample(const AudioClip& clip, int sample_rate, int channels) {
    check_clip(clip, sample_rate, channels);
    ensure_av_log();
    if (channels == 1 && clip.channels > 1) {
        return resample({clip.sample_rate, 1, mix_to_mono(clip)}, sample_rate, 1);
    }
    if (clip.sample_rate == sample_rate && clip.channels == channels) {
        return clip;
    }
    AudioClip out{sample_rate, channels, {}};
    const std::int64_t num_frames = clip.num_frames();
    if (num_frames == 0) {
        return out;
    }
    const std::int64_t length = resampled_length(num_frames, clip.sample_rate, sample_rate);
    const auto num_values = static_cast<std::size_t>(length * channels);
    out.samples.reserve(num_values + static_cast<std::size_t>(2 * kBlockFrames * channels));
    const SwrPtr resampler = make_resampler(clip, sample_rate, channels);
    for (std::int64_t begin = 0; begin < num_frames; begin += kBlockFrames) {
        convert_block(*resampler,
                      clip.samples.data() + begin * clip.channels,
                      std::min(kBlockFrames, num_frames - begin),
                      channels,
                      out.samples);
    }
    convert_block(*resampler, nullptr, 0, channels, out.samples);
    out.samples.resize(num_values);
    return out;
}

std::vector<float> resample_mono(const AudioClip& clip, int sample_rate) {
    return std::move(resample(clip, sample_rate, 1).samples);
}

}  // namespace vasa::media
