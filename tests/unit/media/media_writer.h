// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/media/audio_file.h"

#include <map>
#include <memory>
#include <string>

/// Writes media files of the kinds that users have, with any time stamps. Times count from 0,
/// seconds.
class MediaWriter {
  public:
    struct Video {
        int width = 64, height = 48;
        int aspect_num = 1, aspect_den = 1;  ///< of a pixel
        int ticks_hz = 1000;                 ///< of the pictures' time stamps
        int interval_ticks = 40;             ///< usual distance of pictures
        std::string codec = "mpeg4";
    };
    struct Sound {
        int sample_rate = 48000, channels = 1;
        std::string codec = "pcm_s16le";
        int quality = -1;        ///< of variable bit rates, 0 = best
        int stated_padding = 0;  ///< samples that every packet asks to drop at its end
    };

    /// @param format   libav's name of the container
    /// @param video    null for sound alone
    /// @param options  of the container
    MediaWriter(const std::string& path,
                const std::string& format,
                const Video* video,
                const Sound* sound,
                const std::map<std::string, std::string>& options = {});
    ~MediaWriter();
    MediaWriter(const MediaWriter&) = delete;
    MediaWriter& operator=(const MediaWriter&) = delete;

    /// Pictures come in order of their times.
    void picture(const vasa::core::ImageU8& rgb, double time_s);
    /// Each call may leave a gap before it.
    void sound(const vasa::media::AudioClip& clip, double time_s);
    void finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};
