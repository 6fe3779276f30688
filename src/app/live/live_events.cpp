// SPDX-License-Identifier: Apache-2.0
#include "live/live_events.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <nlohmann/json.hpp>

namespace vasa::app {

void DurationCounts::add(double duration_s) {
    const auto bin = static_cast<std::size_t>(std::max(std::lround(1000 * duration_s), 0L));
    ++counts_[std::min(bin, kNumBins - 1)];
    ++num_;
}

double DurationCounts::percentile_s(double share) const {
    const auto wanted = static_cast<std::int64_t>(std::ceil(share * static_cast<double>(num_)));
    std::int64_t seen = 0;
    for (std::size_t bin = 0; bin < kNumBins; ++bin) {
        seen += counts_[bin];
        if (seen > 0 && seen >= wanted) {
            return static_cast<double>(bin) / 1000;
        }
    }
    return 0;
}

std::string LiveEvents::write(nlohmann::json event) const {
    event["t_s"] = std::round(1e4 * now_s()) / 1e4;
    // Names of files need not be UTF-8.
    std::string line = event.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (is_on_) {
        const std::string text = line + "\n";
        const std::lock_guard<std::mutex> lock(mutex_);
        // A closed standard error must not stop the stream.
        (void)!std::fwrite(text.data(), 1, text.size(), stderr);
        std::fflush(stderr);
    }
    return line;
}

}  // namespace vasa::app
