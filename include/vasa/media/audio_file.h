// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vasa::media {

/// Audio in memory, channels interleaved, f32, nominally in [-1, 1].
struct AudioClip {
    int sample_rate = 0;
    int channels = 0;
    std::vector<float> samples;  ///< [num_frames × channels]

    std::int64_t num_frames() const {
        return channels > 0 ? static_cast<std::int64_t>(samples.size()) / channels : 0;
    }
    double duration_s() const {
        return sample_rate > 0 ? static_cast<double>(num_frames()) / sample_rate : 0.0;
    }
};

struct LoadAudioOptions {
    /// Longer audio is refused during decoding, before it fills memory.
    double max_duration_s = 3600.0;
};

/// Reads sound to its last sample: uncompressed and lossless formats with libsndfile (WAV, FLAC,
/// ...), all others with libav (MP3, OGG, M4A, Opus, the first audio stream of a video, ...).
///
/// Gaps between the time stamps of a container become silence. The sound of a video begins at the
/// zero of its frames (VideoReader). Files joined byte by byte (WAV, AIFF, FLAC, CAF, MP3, Ogg,
/// ...) are read one after the other; later ones take the first one's rate and channels. A WAV,
/// AIFF, CAF, AU or Wave64 whose stated length is a placeholder is read to its end, with a warning;
/// one that is shorter than it says is truncated. NaN and infinite samples become 0 and are counted
/// in a warning; clipped audio gives a warning. Sample rates 4–384 kHz, 1–8 channels.
/// @throws Error(Input) naming the file and the cause: missing, empty, truncated, no audio.
AudioClip load_audio(const std::string& path, const LoadAudioOptions& options = {});

/// Mixes to mono and resamples with libswresample. The mix is the mean of the channels within 30 dB
/// of the loudest, or the loudest alone where the mean cancels them out.
/// The result has round(num_frames × sample_rate / clip.sample_rate) samples: no delay, no tail.
std::vector<float> resample_mono(const AudioClip& clip, int sample_rate);

/// Converts rate and channel count, keeping full quality. Output length as in resample_mono.
AudioClip resample(const AudioClip& clip, int sample_rate, int channels);

/// Writes 16-bit PCM WAV, atomically (used by tests, examples and tools). @throws Error(Output)
void save_wav(const std::string& path, const AudioClip& clip, bool overwrite);

}  // namespace vasa::media
