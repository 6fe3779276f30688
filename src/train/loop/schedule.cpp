// SPDX-License-Identifier: Apache-2.0
#include "loop/schedule.h"

#include <algorithm>
#include <cmath>

namespace vasa::train {

double Schedule::rate(int step) const {
    if (step < warmup_steps) {
        return peak_rate * (step + 1) / warmup_steps;
    }
    const double done = std::min(
        1.0, static_cast<double>(step - warmup_steps) / std::max(1, num_steps - warmup_steps));
    return peak_rate * (final_share + 0.5 * (1.0 - final_share) * (1.0 + std::cos(M_PI * done)));
}

double average_decay(double ema_decay, int step) {
    return std::min(ema_decay, (1.0 + step) / (10.0 + step));
}

}  // namespace vasa::train
