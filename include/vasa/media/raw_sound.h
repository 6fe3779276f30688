// SPDX-License-Identifier: Apache-2.0
// Sound that comes piece by piece: samples of a pipe, and their conversion to another rate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace vasa::media {

/// How a raw sample is stored, least significant byte first.
enum class RawSample {
    S16,  ///< 16-bit integer, "s16le"
    F32,  ///< 32-bit float, nominally in [-1, 1], "f32le"
};

/// Raw sound: interleaved samples without a header.
struct RawSoundFormat {
    RawSample sample = RawSample::S16;
    int sample_rate = 16000;  ///< Hz, kMinRawRate_hz..kMaxRawRate_hz
    int channels = 1;         ///< 1..kMaxRawChannels

    std::size_t bytes_per_frame() const {
        return static_cast<std::size_t>(channels) * (sample == RawSample::S16 ? 2U : 4U);
    }
};
constexpr int kMinRawRate_hz = 4000, kMaxRawRate_hz = 384'000, kMaxRawChannels = 8;

/// Parses TYPE:RATE[:CHANNELS], as in "s16le:16000" and "f32le:48000:2".
/// @throws Error(Usage)
RawSoundFormat parse_raw_sound(const std::string& text);

/// Turns the bytes of raw sound into samples. The bytes may be cut anywhere.
class RawSoundReader {
  public:
    explicit RawSoundReader(const RawSoundFormat& format) : format_(format) {}

    /// Appends the frames that are complete, interleaved, limited to [-1, 1]. What is not a number
    /// becomes 0.
    void read(const std::uint8_t* bytes, std::size_t num_bytes, std::vector<float>& samples);

    /// Samples so far that were not numbers.
    std::int64_t num_not_numbers() const { return num_not_numbers_; }
    /// Bytes of a frame that is not complete: more than 0 at the end means that it was cut.
    std::size_t num_left() const { return left_.size(); }

  private:
    float sample_at(const std::uint8_t* bytes);

    RawSoundFormat format_;
    std::vector<std::uint8_t> left_;
    std::int64_t num_not_numbers_ = 0;
};

/// Converts sound that comes in pieces to mono of another rate. The result does not depend on how
/// the sound is cut, and has no delay: its sample i lies at i / to_rate of the input.
class MonoStream {
  public:
    /// @param sample_rate, channels  of the input; the mix is the mean of the channels
    /// @throws Error(Resource)
    MonoStream(int sample_rate, int channels, int to_rate);
    ~MonoStream();
    MonoStream(const MonoStream&) = delete;
    MonoStream& operator=(const MonoStream&) = delete;

    /// Appends what can be converted; a millisecond or two stays until more comes.
    /// @param samples  interleaved [num_frames × channels]
    void convert(const float* samples, std::int64_t num_frames, std::vector<float>& mono);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace vasa::media
