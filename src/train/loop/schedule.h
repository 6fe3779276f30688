// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace vasa::train {

/// Learning rate over the steps: a linear warm-up, then a cosine.
/// Source: Loshchilov & Hutter, SGDR (2017), eq. 5, one period.
struct Schedule {
    double peak_rate = 1e-3;
    int warmup_steps = 0;
    int num_steps = 1;
    double final_share = 0.1;  ///< share of the peak at the last step

    /// @param step  number of steps before this one
    double rate(int step) const;
};

/// Decay of the running average at a step: lower at first, so that the random start is forgotten.
double average_decay(double ema_decay, int step);

}  // namespace vasa::train
