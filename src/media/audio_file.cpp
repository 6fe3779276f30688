// SPDX-License-Identifier: Apache-2.0
#include "vasa/media/audio_file.h"

#include "audio_decode.h"
#include "range_file.h"
#include "sndfile_decode.h"
#include "sound_header.h"
#include "sound_parts.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/log.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>
#include <utility>

namespace vasa::media {
namespace {

/// Sets samples that are not numbers to 0; warns of them and of clipped audio.
void clean_samples(const std::string& path, AudioClip& clip) {
    std::int64_t num_bad = 0;
    std::int64_t num_clipped = 0;
    for (float& sample : clip.samples) {
        if (!std::isfinite(sample)) {
            sample = 0.0f;
            ++num_bad;
        } else if (std::abs(sample) >= 0.99996f) {
            ++num_clipped;
        }
    }
    if (num_bad > 0) {
        core::log_warning("speech '" + path + "': " + std::to_string(num_bad) +
                          " samples are not numbers and were set to 0");
    }
    // Single full-scale samples are normal; a thousandth of all is not.
    if (num_clipped * 1000 > static_cast<std::int64_t>(clip.samples.size())) {
        core::log_warning("speech '" + path + "': clipped (" + std::to_string(num_clipped) +
                          " samples at full scale)");
    }
}

void append_le(std::string& bytes, std::uint32_t value, int num_bytes) {
    for (int i = 0; i < num_bytes; ++i) {
        bytes += static_cast<char>(value >> (8 * i) & 0xff);
    }
}

/// @param place  which part of the file it is, for messages
AudioClip load_part(const std::string& path,
                    const SoundRange& range,
                    const std::string& place,
                    const LoadAudioOptions& options) {
    const RangeFile file(RangeFile(path), range);
    const SoundHeader header = read_sound_header(file);
    if (!header.truncated.empty()) {
        fail_sound(path, place + header.truncated);
    }
    std::optional<AudioClip> clip;
    if (header.reader == SoundHeader::Reader::Sndfile) {
        clip = decode_with_sndfile(file, header, path, options);
    }
    if (!clip) {
        clip = decode_with_libav(path, range, options, header.is_length_wrong);
    }
    if (!header.note.empty()) {
        core::log_warning("speech '" + path + "': " + place + header.note);
    }
    return std::move(*clip);
}

/// The clip takes rate and channels of its first part with sound.
void append_part(AudioClip part, AudioClip& clip) {
    if (clip.samples.empty()) {
        clip = std::move(part);
    } else if (!part.samples.empty()) {
        part = resample(part, clip.sample_rate, clip.channels);
        clip.samples.insert(clip.samples.end(), part.samples.begin(), part.samples.end());
    }
}

}  // namespace

void fail_sound(const std::string& path, const std::string& cause) {
    throw core::Error(core::ErrorKind::Input, "cannot read speech '" + path + "': " + cause);
}

void check_sound_format(const std::string& path, int sample_rate, int channels) {
    if (sample_rate < kMinSampleRate || sample_rate > kMaxSampleRate) {
        fail_sound(path,
                   "sample rate " + std::to_string(sample_rate) + " Hz, expected " +
                       std::to_string(kMinSampleRate) + " to " + std::to_string(kMaxSampleRate));
    }
    if (channels < 1 || channels > kMaxChannels) {
        fail_sound(
            path,
            std::to_string(channels) + " channels, expected 1 to " + std::to_string(kMaxChannels));
    }
}

void check_sound_length(const std::string& path,
                        std::int64_t num_frames,
                        int sample_rate,
                        const LoadAudioOptions& options) {
    if (static_cast<double>(num_frames) > options.max_duration_s * sample_rate) {
        char limit[32];
        std::snprintf(limit, sizeof limit, "%g", options.max_duration_s);
        fail_sound(path, std::string("longer than ") + limit + " s");
    }
}

AudioClip load_audio(const std::string& path, const LoadAudioOptions& options) {
    const std::string cause = core::unreadable_cause(path);
    if (!cause.empty()) {
        fail_sound(path, cause);
    }
    const std::vector<SoundRange> parts = find_sound_parts(RangeFile(path));
    AudioClip clip;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::string place = parts.size() == 1 ? ""
                                                    : "part " + std::to_string(i + 1) + " of " +
                                                          std::to_string(parts.size()) + ": ";
        append_part(load_part(path, parts[i], place, options), clip);
        check_sound_length(path, clip.num_frames(), clip.sample_rate, options);
    }
    if (clip.samples.empty()) {
        fail_sound(path, "no sound in it");
    }
    clean_samples(path, clip);
    return clip;
}

void save_wav(const std::string& path, const AudioClip& clip, bool overwrite) {
    const std::uint64_t num_bytes = clip.samples.size() * 2;
    if (clip.channels < 1 || clip.channels > 255 || clip.sample_rate < 1 ||
        clip.samples.size() % static_cast<std::size_t>(clip.channels) != 0) {
        throw core::Error(core::ErrorKind::Internal,
                          "sound '" + path + "': expected a sample rate and whole frames");
    }
    if (num_bytes > 0x7ffe0000u) {
        throw core::Error(core::ErrorKind::Output,
                          "cannot write '" + path + "': too long for a WAV file");
    }
    const auto channels = static_cast<std::uint32_t>(clip.channels);
    const auto rate = static_cast<std::uint32_t>(clip.sample_rate);
    std::string bytes = "RIFF";
    append_le(bytes, static_cast<std::uint32_t>(36 + num_bytes), 4);
    bytes += "WAVEfmt ";
    append_le(bytes, 16, 4);
    append_le(bytes, 1, 2);  // PCM
    append_le(bytes, channels, 2);
    append_le(bytes, rate, 4);
    append_le(bytes, rate * channels * 2, 4);
    append_le(bytes, channels * 2, 2);
    append_le(bytes, 16, 2);
    bytes += "data";
    append_le(bytes, static_cast<std::uint32_t>(num_bytes), 4);
    bytes.reserve(bytes.size() + num_bytes);
    for (const float sample : clip.samples) {
        const float scaled = std::isfinite(sample) ? sample * 32768.0f : 0.0f;
        const long value = std::lrint(std::clamp(scaled, -32768.0f, 32767.0f));
        append_le(bytes, static_cast<std::uint32_t>(value) & 0xffff, 2);
    }
    core::write_file_atomic(path, bytes, overwrite);
}

}  // namespace vasa::media
