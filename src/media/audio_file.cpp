// SPDX-License-Identifier: Apache-2.0
#include "vasa/media/audio_file.h"

#include "audio_decode.h"
#include "sound_header.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/log.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>
#include <utility>

#include <sndfile.h>

namespace vasa::media {
namespace {

constexpr sf_count_t kBlockFrames = 1 << 16;

struct SndfileCloser {
    void operator()(SNDFILE* file) const { sf_close(file); }
};

/// Files written to a pipe do not state their number of frames.
bool has_length(const SF_INFO& info) {
    return info.frames > 0 && info.frames < SF_COUNT_MAX;
}

/// @return nothing if libsndfile does not know the type
std::optional<AudioClip> decode_with_sndfile(const std::string& path,
                                             const LoadAudioOptions& options) {
    SF_INFO info{};
    std::unique_ptr<SNDFILE, SndfileCloser> file(sf_open(path.c_str(), SFM_READ, &info));
    if (!file) {
        return std::nullopt;
    }
    check_sound_format(path, info.samplerate, info.channels);
    AudioClip clip{info.samplerate, info.channels, {}};
    const auto channels = static_cast<std::size_t>(info.channels);
    for (;;) {
        const std::size_t used = clip.samples.size();
        clip.samples.resize(used + static_cast<std::size_t>(kBlockFrames) * channels);
        const sf_count_t count =
            sf_readf_float(file.get(), clip.samples.data() + used, kBlockFrames);
        clip.samples.resize(used +
                            static_cast<std::size_t>(std::max<sf_count_t>(count, 0)) * channels);
        check_sound_length(path, clip.num_frames(), clip.sample_rate, options);
        if (count < kBlockFrames) {
            break;
        }
    }
    const int error = sf_error(file.get());
    if (error != SF_ERR_NO_ERROR) {
        fail_sound(path, std::string("truncated or damaged: ") + sf_error_number(error));
    }
    if (has_length(info) && clip.num_frames() < info.frames) {
        fail_sound(path,
                   "truncated: " + std::to_string(clip.num_frames()) + " samples, expected " +
                       std::to_string(info.frames));
    }
    return clip;
}

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
    const SoundHeader header = read_sound_header(path);
    if (!header.truncated.empty()) {
        fail_sound(path, header.truncated);
    }
    std::optional<AudioClip> sound;
    if (header.reader == SoundHeader::Reader::Sndfile) {
        sound = decode_with_sndfile(path, options);
    }
    AudioClip clip =
        sound ? std::move(*sound) : decode_with_libav(path, options, header.is_length_wrong);
    if (clip.samples.empty()) {
        fail_sound(path, "no sound in it");
    }
    if (!header.note.empty()) {
        core::log_warning("speech '" + path + "': " + header.note);
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
