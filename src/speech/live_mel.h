// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

namespace vasa::speech {

struct LiveLevelParams {
    /// log10 of the loudest mel power of a usual recording, the target level for all.
    float usual = 1.5F;
    /// Speech whose loudest moment is below this gets no further gain, as in files.
    float faint = usual - 4.5F;
    /// Level that a stream is taken to have before it has shown another, and for how long, in rows
    /// of 10 ms: a faint noise before the first word must not be heard as speech.
    float first = usual - 1.5F;
    std::int64_t first_rows = 300;
    std::int64_t memory_rows = 3000;  ///< the loudest moment of the last 30 s sets the level
};

/// Scaled log-mel spectrogram of speech that arrives: as cut_window() makes it of files, but a
/// row's level depends on earlier rows only.
class LiveMel {
  public:
    /// Rows of a block; the first has kFirstRows, which completes the convolutions' first rows.
    static constexpr std::int64_t kBlockRows = 8, kFirstRows = 5;

    /// @param filters  [80, 201]
    explicit LiveMel(at::Tensor filters, const LiveLevelParams& params = {});

    void push(const float* samples, std::size_t count);
    /// The next block if its samples are there, [rows, 80]; undefined if not. Blocks do not depend
    /// on how the samples were pushed.
    at::Tensor next();

  private:
    float level_of(std::int64_t row, float loudest);

    at::Tensor filters_;
    LiveLevelParams params_;
    std::vector<float> samples_;  ///< from half a window before the next row
    std::int64_t num_rows_ = 0;
    /// Rows whose loudest band may still be the loudest of the memory, with it: descending.
    std::deque<std::pair<std::int64_t, float>> loudest_;
};

}  // namespace vasa::speech
