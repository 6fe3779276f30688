// SPDX-License-Identifier: Apache-2.0
#include "live_mel.h"

#include "log_mel.h"

#include <algorithm>

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

namespace vasa::speech {

LiveMel::LiveMel(at::Tensor filters, const LiveLevelParams& params)
    : filters_(std::move(filters)),
      params_(params),
      samples_(static_cast<std::size_t>(kFftSize) / 2, 0.0F) {}

void LiveMel::push(const float* samples, std::size_t count) {
    samples_.insert(samples_.end(), samples, samples + count);
}

at::Tensor LiveMel::next() {
    const std::int64_t count = num_rows_ == 0 ? kFirstRows : kBlockRows;
    const std::int64_t needed = (count - 1) * kHop + kFftSize;
    if (static_cast<std::int64_t>(samples_.size()) < needed) {
        return {};
    }
    const at::Tensor windows =
        at::from_blob(samples_.data(), {needed}, at::kFloat).unfold(0, kFftSize, kHop);
    at::Tensor rows = log10_mel_rows(windows, filters_);  // [count, 80]
    samples_.erase(samples_.begin(), samples_.begin() + count * kHop);
    for (std::int64_t i = 0; i < count; ++i) {
        const float level = level_of(num_rows_++, rows[i].max().item<float>());
        rows[i] += params_.usual - level;
    }
    return scale_mel(rows, params_.usual);
}

/// Level of the speech up to a row.
float LiveMel::level_of(std::int64_t row, float loudest) {
    while (!loudest_.empty() && loudest_.back().second <= loudest) {
        loudest_.pop_back();
    }
    loudest_.emplace_back(row, loudest);
    while (loudest_.front().first <= row - params_.memory_rows) {
        loudest_.pop_front();
    }
    const float least = row < params_.first_rows ? params_.first : params_.faint;
    return std::max(loudest_.front().second, least);
}

}  // namespace vasa::speech
