// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "libav_util.h"
#include "muxer.h"

#include <cstdint>
#include <vector>

namespace vasa::media {

/// Encodes audio as AAC into a muxer's stream.
class AudioEncoder {
  public:
    /// Adds the stream. Rates that AAC does not support are converted to 48 kHz.
    /// @param bitrate     bit/s, lowered to AAC's maximum at that rate
    /// @param coded_rate  of the encoded audio, Hz; 0 = that of the samples
    AudioEncoder(Muxer& muxer, int sample_rate, int channels, int bitrate, int coded_rate = 0);

    /// Sample rate of the encoded audio, Hz.
    int sample_rate() const { return codec_->sample_rate; }
    /// @param samples  interleaved [num_frames × channels], in [-1, 1]
    void write(const float* samples, std::int64_t num_frames);
    /// Encodes the rest.
    void finish();

  private:
    void make_resampler(int sample_rate);
    void convert(const float* samples, std::int64_t num_frames);
    void encode_pending(bool is_last);
    void encode(const AVFrame* frame);

    Muxer& muxer_;
    CodecPtr codec_;
    SwrPtr resampler_;  ///< none if the rate stays
    int input_rate_;
    int channels_;
    int stream_index_ = 0;
    std::int64_t num_input_frames_ = 0;
    std::int64_t num_encoded_frames_ = 0;
    std::vector<float> pending_;  ///< interleaved, at the encoder's rate
    FramePtr frame_ = make_frame();
    PacketPtr packet_ = make_packet();
};

}  // namespace vasa::media
