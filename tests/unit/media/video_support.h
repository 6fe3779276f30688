// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sound_support.h"

#include "vasa/core/rational.h"
#include "vasa/core/yuv420.h"
#include "vasa/media/video_file.h"

#include <cstdint>
#include <string>

/// Frame i of a test clip: a grey ramp with a moving bright square, and the frame number as eight
/// black or white bars along the bottom.
inline vasa::core::ImageU8 make_test_frame(int width, int height, int i) {
    vasa::core::ImageU8 image(width, height, 3);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            std::uint8_t* p = image.at(x, y);
            const bool is_square = y < height / 2 && (x + 4 * i) % width < width / 4;
            p[0] = static_cast<std::uint8_t>(is_square ? 200 : 60 + x * 60 / width);
            p[1] = static_cast<std::uint8_t>(is_square ? 80 : 90);
            p[2] = static_cast<std::uint8_t>(is_square ? 40 : 120);
            if (y >= height * 3 / 4) {
                const bool is_one = (i >> (x * 8 / width) & 1) != 0;
                p[0] = p[1] = p[2] = is_one ? 235 : 20;
            }
        }
    }
    return image;
}

/// The frame number that the bars show.
inline int read_frame_number(const vasa::core::ImageU8& image) {
    int number = 0;
    for (int bit = 0; bit < 8; ++bit) {
        const int x = (2 * bit + 1) * image.width / 16;
        number |= (*image.at(x, image.height * 7 / 8) > 128 ? 1 : 0) << bit;
    }
    return number;
}

/// An image as the video writer takes it.
inline void rgb_to_yuv420(const vasa::core::ImageU8& rgb, vasa::media::Yuv420Frame& out) {
    vasa::core::rgb_to_yuv420(rgb, out.data);
    out.width = rgb.width;
    out.height = rgb.height;
}

inline void write_test_frame(vasa::media::VideoWriter& writer, int width, int height, int i) {
    vasa::media::Yuv420Frame frame;
    rgb_to_yuv420(make_test_frame(width, height, i), frame);
    writer.write_frame(frame);
}

/// Writes a 64×48 clip with 440 Hz audio and the number of frames that the audio needs.
/// @param num_samples  length of the audio, 0 for a silent clip of 10 frames
/// @return the number of frames
inline int write_test_clip(const std::string& path,
                           const vasa::media::VideoOptions& options,
                           int sample_rate,
                           int channels,
                           std::int64_t num_samples) {
    vasa::media::VideoWriter writer(
        path, 64, 48, num_samples > 0 ? sample_rate : 0, channels, options);
    const auto num_frames =
        num_samples > 0
            ? static_cast<int>(vasa::core::num_frames(num_samples, sample_rate, options.fps))
            : 10;
    if (num_samples > 0) {
        const auto sound = make_sine(sample_rate, channels, num_samples, 440.0, 0.5);
        // In two uneven pieces, one before and one after the frames.
        const std::int64_t first = num_samples / 3;
        writer.write_audio(sound.samples.data(), first);
        for (int i = 0; i < num_frames; ++i) {
            write_test_frame(writer, 64, 48, i);
        }
        writer.write_audio(sound.samples.data() + first * channels, num_samples - first);
    } else {
        for (int i = 0; i < num_frames; ++i) {
            write_test_frame(writer, 64, 48, i);
        }
    }
    writer.finish();
    return num_frames;
}
