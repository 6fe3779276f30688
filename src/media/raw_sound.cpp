// SPDX-License-Identifier: Apache-2.0
#include "vasa/media/raw_sound.h"

#include "libav_util.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <string_view>

namespace vasa::media {
namespace {

[[noreturn]] void fail_format(const std::string& text, const std::string& expected) {
    throw core::Error(core::ErrorKind::Usage,
                      "sound format is '" + text + "', expected " + expected,
                      "for example s16le:16000, or f32le:48000:2 for two channels");
}

/// The text up to the next colon, which is removed from it.
std::string_view next_part(std::string_view& text) {
    const std::size_t colon = text.find(':');
    const std::string_view part = text.substr(0, colon);
    text = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
    return part;
}

int parse_number(
    std::string_view part, int low, int high, const char* name, const std::string& all) {
    int value = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (error != std::errc() || end != part.data() + part.size() || value < low || value > high) {
        fail_format(
            all, std::string(name) + " of " + std::to_string(low) + " to " + std::to_string(high));
    }
    return value;
}

}  // namespace

RawSoundFormat parse_raw_sound(const std::string& text) {
    RawSoundFormat format;
    const auto num_colons = std::count(text.begin(), text.end(), ':');
    if (num_colons < 1 || num_colons > 2) {
        fail_format(text, "TYPE:RATE[:CHANNELS]");
    }
    std::string_view rest = text;
    const std::string_view type = next_part(rest);
    if (type != "s16le" && type != "f32le") {
        fail_format(text, "the type s16le or f32le");
    }
    format.sample = type == "s16le" ? RawSample::S16 : RawSample::F32;
    format.sample_rate =
        parse_number(next_part(rest), kMinRawRate_hz, kMaxRawRate_hz, "a rate", text);
    if (num_colons == 2) {
        format.channels = parse_number(rest, 1, kMaxRawChannels, "a number of channels", text);
    }
    return format;
}

float RawSoundReader::sample_at(const std::uint8_t* bytes) {
    if (format_.sample == RawSample::S16) {
        std::int16_t value = 0;
        std::memcpy(&value, bytes, sizeof value);
        return static_cast<float>(value) / 32768.0F;
    }
    float value = 0;
    std::memcpy(&value, bytes, sizeof value);
    if (std::isnan(value)) {
        ++num_not_numbers_;
        return 0.0F;
    }
    return std::clamp(value, -1.0F, 1.0F);
}

void RawSoundReader::read(const std::uint8_t* bytes,
                          std::size_t num_bytes,
                          std::vector<float>& samples) {
    left_.insert(left_.end(), bytes, bytes + num_bytes);
    const std::size_t frame = format_.bytes_per_frame();
    const std::size_t whole = left_.size() / frame * frame;
    const std::size_t width = format_.sample == RawSample::S16 ? 2 : 4;
    samples.reserve(samples.size() + whole / width);
    for (std::size_t i = 0; i < whole; i += width) {
        samples.push_back(sample_at(left_.data() + i));
    }
    left_.erase(left_.begin(), left_.begin() + static_cast<std::ptrdiff_t>(whole));
}

struct MonoStream::State {
    int channels = 1;
    SwrPtr converter;  ///< none if the rate stays
    std::vector<float> mixed;
};

MonoStream::MonoStream(int sample_rate, int channels, int to_rate)
    : state_(std::make_unique<State>()) {
    state_->channels = channels;
    if (sample_rate == to_rate) {
        return;
    }
    ensure_av_log();
    const int made =
        make_sound_converter({sample_rate, 1}, AV_SAMPLE_FMT_FLT, {to_rate, 1}, state_->converter);
    if (made < 0 || swr_init(state_->converter.get()) < 0) {
        throw core::Error(core::ErrorKind::Resource,
                          "cannot convert sound of " + std::to_string(sample_rate) + " Hz to " +
                              std::to_string(to_rate) + " Hz");
    }
}

MonoStream::~MonoStream() = default;

void MonoStream::convert(const float* samples, std::int64_t num_frames, std::vector<float>& mono) {
    const auto channels = static_cast<std::size_t>(state_->channels);
    std::vector<float>& mixed = state_->converter ? state_->mixed : mono;
    if (state_->converter) {
        mixed.clear();
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(num_frames); ++i) {
        float sum = 0;
        for (std::size_t c = 0; c < channels; ++c) {
            sum += samples[i * channels + c];
        }
        mixed.push_back(sum / static_cast<float>(channels));
    }
    if (!state_->converter || mixed.empty()) {
        return;
    }
    const auto* plane = reinterpret_cast<const std::uint8_t*>(mixed.data());
    if (append_converted(*state_->converter, &plane, static_cast<int>(mixed.size()), 1, mono) < 0) {
        throw core::Error(core::ErrorKind::Resource, "cannot convert sound to another rate");
    }
}

}  // namespace vasa::media
