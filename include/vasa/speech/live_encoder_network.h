// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <torch/nn/module.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/pimpl.h>

namespace vasa::speech {

class WhisperBlockImpl;

/// Sizes of the live speech encoder.
struct LiveEncoderConfig {
    int num_blocks = 4;  ///< 1..6
    int width = 512;
    int num_heads = 8;
    int num_mels = 80;
    int past_rows = 128;  ///< rows at 50 Hz before a row that it sees in each block: 2.56 s
    int future_rows = 1;  ///< rows after it that it sees in each block, 20 ms each
};

/// Positions of the rows [first, first + count), [count, width] f32: Whisper's sines. Those slower
/// than a cycle in Whisper's 30 s keep one value, so that no row of an endless stream has a
/// position of a kind that training did not show.
at::Tensor live_positions(std::int64_t first, std::int64_t count, int width);

/// The first blocks of Whisper's encoder with attention limited to a band around each row; weights
/// are named as in Whisper's checkpoint, without positions.
class LiveEncoderImpl : public torch::nn::Module {
  public:
    explicit LiveEncoderImpl(const LiveEncoderConfig& config);

    const LiveEncoderConfig& config() const { return config_; }

    /// @param mel        [B, num_mels, 2 T] scaled log-mel; nothing precedes it
    /// @param first_row  position of the first row
    /// @return           [B, T, width] at 50 Hz; the last future_rows of each block see less
    at::Tensor forward(const at::Tensor& mel, std::int64_t first_row = 0);

  private:
    friend class LiveEncoderState;
    LiveEncoderConfig config_;
    torch::nn::Conv1d conv1_, conv2_;
    std::vector<std::shared_ptr<WhisperBlockImpl>> blocks_;
};
TORCH_MODULE(LiveEncoder);

/// What a stream's rows need of the rows before them: ends of the convolutions' inputs, keys and
/// values.
class LiveEncoderState {
  public:
    explicit LiveEncoderState(const LiveEncoderConfig& config);

    /// Takes the next columns of the spectrogram and returns the rows that they complete, equal to
    /// those of LiveEncoder's forward() up to rounding.
    /// @param mel  [num_mels, n]; an even number, at first an odd one
    /// @return     [rows, width]
    at::Tensor append(LiveEncoderImpl& network, const at::Tensor& mel);

  private:
    struct Block {
        at::Tensor keys, values;  ///< [1, H, k, d] from row first_key on
        std::int64_t first_key = 0;
        at::Tensor waiting;  ///< [1, w, width] rows whose future is not there
        std::int64_t first_waiting = 0;
    };
    at::Tensor append_to(Block& block, WhisperBlockImpl& weights, const at::Tensor& x) const;

    LiveEncoderConfig config_;
    at::Tensor mel_end_;   ///< [1, num_mels, 1 or 2]
    at::Tensor conv_end_;  ///< [1, width, 1]
    std::int64_t num_rows_ = 0;
    std::vector<Block> blocks_;
};

}  // namespace vasa::speech
