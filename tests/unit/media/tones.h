// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image_writers.h"
#include "media_writer.h"
#include "sound_support.h"
#include "support/test_folder.h"

#include "vasa/core/atomic_file.h"

#include <map>
#include <string>
#include <vector>

#include "support/catch.h"

// Sounds of two tones, to be joined.

constexpr double kFirst_s = 1.2, kSecond_s = 2.0;
constexpr double kFirst_hz = 440.0, kSecond_hz = 700.0;

inline vasa::media::AudioClip tone(int sample_rate,
                                   int channels,
                                   double duration_s,
                                   double frequency_hz) {
    return make_sine(sample_rate,
                     channels,
                     static_cast<std::int64_t>(duration_s * sample_rate),
                     frequency_hz,
                     0.5);
}

inline Bytes encoded(const TestFolder& folder,
                     const std::string& format,
                     const MediaWriter::Sound& sound,
                     double duration_s,
                     double frequency_hz,
                     const std::map<std::string, std::string>& options = {}) {
    const std::string path = folder / "part";
    MediaWriter writer(path, format, nullptr, &sound, options);
    writer.sound(tone(sound.sample_rate, sound.channels, duration_s, frequency_hz), 0);
    writer.finish();
    return vasa::core::read_file(path, 1 << 24);
}

/// Amplitude of a frequency in a part of a clip's mono mix.
inline double amplitude(const vasa::media::AudioClip& clip,
                        double frequency_hz,
                        double begin_s,
                        double end_s) {
    const std::vector<float> mono = vasa::media::resample_mono(clip, 16000);
    REQUIRE(mono.size() >= static_cast<std::size_t>(end_s * 16000));
    return measure_tone(mono,
                        16000,
                        frequency_hz,
                        static_cast<std::size_t>(begin_s * 16000),
                        static_cast<std::size_t>(end_s * 16000))
        .amplitude;
}

inline void check_both_parts(const vasa::media::AudioClip& clip) {
    // Each part of an encoder that does not state its padding may have up to 0.08 s of it.
    CHECK(clip.duration_s() > kFirst_s + kSecond_s - 0.001);
    CHECK(clip.duration_s() < kFirst_s + kSecond_s + 0.16);
    CHECK(amplitude(clip, kFirst_hz, 0.2, 1.1) > 0.3);
    CHECK(amplitude(clip, kSecond_hz, 1.5, 3.1) > 0.3);
}
