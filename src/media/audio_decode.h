// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "range_file.h"

#include "vasa/media/audio_file.h"

#include <string>

namespace vasa::media {

constexpr int kMinSampleRate = 4'000;
constexpr int kMaxSampleRate = 384'000;
constexpr int kMaxChannels = 8;

/// Decodes the first audio stream of a file with libav, to its end. Gaps between time stamps become
/// silence; beside pictures, the clip begins at the zero of the file's timeline.
/// @param range            part of the file to read; videos are read whole
/// @param is_length_wrong  the length that the container states is not checked
/// @throws Error(Input)
AudioClip decode_with_libav(const std::string& path,
                            const SoundRange& range,
                            const LoadAudioOptions& options,
                            bool is_length_wrong);

/// @throws Error(Input) naming the file if rate or channel count is out of range.
void check_sound_format(const std::string& path, int sample_rate, int channels);

/// @throws Error(Input) naming the file.
[[noreturn]] void fail_sound(const std::string& path, const std::string& cause);

/// @throws Error(Input) if more frames have been decoded than the options allow.
void check_sound_length(const std::string& path,
                        std::int64_t num_frames,
                        int sample_rate,
                        const LoadAudioOptions& options);

}  // namespace vasa::media
