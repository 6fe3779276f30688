// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/rational.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace vasa::render {

/// Interleaved samples, first in, first out.
class SampleQueue {
  public:
    explicit SampleQueue(int channels) : channels_(static_cast<std::size_t>(channels)) {}

    std::int64_t num_frames() const {
        return static_cast<std::int64_t>((samples_.size() - begin_) / channels_);
    }
    void push(const float* samples, std::int64_t num_frames);
    /// Appends the oldest frames to `samples` and removes them. @param num_frames  at most all
    void pop(std::int64_t num_frames, std::vector<float>& samples);
    void drop(std::int64_t num_frames);
    float* data() { return samples_.data() + begin_; }

  private:
    std::size_t channels_;
    std::size_t begin_ = 0;  ///< in samples_
    std::vector<float> samples_;
};

/// The sound of a live stream. Speech waits until it is put on the line; the line is the sound of
/// the frames, speech and silence in one sequence, frame k of the video having the samples from
/// k / fps on. Speech and motion read the same line, so they cannot drift apart. One thread at a
/// time.
class SoundLine {
  public:
    /// @param sample_rate, channels  of the sound that comes and of the line
    SoundLine(int sample_rate, int channels, const core::Rational& fps);

    /// Speech that has come. @param now_s  when, on any clock
    void push(const float* samples, std::int64_t num_frames, double now_s);
    std::int64_t num_waiting() const { return waiting_.num_frames(); }
    double waiting_s() const { return static_cast<double>(num_waiting()) / sample_rate_; }
    /// Drops the oldest speech that waits. @return seconds dropped
    double drop_waiting(std::int64_t num_kept);

    /// Puts waiting speech on the line. @param num_frames  at most those that wait
    /// @param samples  receives the same samples
    void take(std::int64_t num_frames, std::vector<float>& samples);
    /// Puts silence on the line; otherwise as take().
    void add_silence(std::int64_t num_frames, std::vector<float>& samples);
    /// Fades out what is on the line but not yet shown: speech that was broken off.
    void hush();

    /// Samples on the line so far.
    std::int64_t length() const { return length_; }
    /// End of the speech on the line.
    std::int64_t end_of_speech() const { return end_of_speech_; }
    /// First sample of a video frame.
    std::int64_t first_sample_of(std::int64_t frame) const;

    /// Removes the sound of the next frame from the line, silence where there is none yet.
    std::vector<float> next_frame_sound();
    /// When the first speech of the frame returned last had come; empty if it has none.
    std::optional<double> frame_arrival_s() const { return frame_arrival_s_; }

  private:
    struct Arrival {
        std::int64_t begin;  ///< first sample, on the line or in all of the speech
        std::int64_t end;
        double time_s;
    };

    int sample_rate_;
    int channels_;
    core::Rational fps_;
    SampleQueue waiting_, line_;
    std::int64_t num_pushed_ = 0;  ///< of all speech
    std::deque<Arrival> pushed_;   ///< of the speech that waits
    std::deque<Arrival> on_line_;
    std::int64_t length_ = 0;
    std::int64_t end_of_speech_ = 0;
    std::int64_t next_frame_ = 0;
    std::optional<double> frame_arrival_s_;
};

}  // namespace vasa::render
