// SPDX-License-Identifier: Apache-2.0
#include "vasa/drive/diffusion.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>

namespace vasa::drive {
namespace {

/// Keeps the first steps from being negligible (the paper's s).
constexpr double kOffset = 0.008;
/// Keeps the last step from being pure noise, which would give no direction.
constexpr double kMinSignal = 1e-4;

std::vector<double> make_cosine_schedule() {
    const auto f = [](double t) {
        const double x = std::cos((t + kOffset) / (1.0 + kOffset) * M_PI / 2.0);
        return x * x;
    };
    std::vector<double> schedule;
    for (int i = 0; i <= kNumDiffusionSteps; ++i) {
        const double signal = f(static_cast<double>(i) / kNumDiffusionSteps) / f(0.0);
        schedule.push_back(std::max(signal, kMinSignal));
    }
    return schedule;
}

}  // namespace

const std::vector<double>& cosine_schedule() {
    static const std::vector<double> schedule = make_cosine_schedule();
    return schedule;
}

std::vector<int> sampling_steps(int num_steps) {
    if (num_steps < 1 || num_steps > kNumDiffusionSteps) {
        throw core::Error(core::ErrorKind::Usage,
                          "sampler: " + std::to_string(num_steps) + " steps, expected 1 to " +
                              std::to_string(kNumDiffusionSteps));
    }
    std::vector<int> steps;
    for (int i = num_steps; i > 0; --i) {
        steps.push_back(
            static_cast<int>(std::lround(static_cast<double>(kNumDiffusionSteps) * i / num_steps)));
    }
    return steps;
}

at::Tensor diffuse(const at::Tensor& clean, const at::Tensor& noise, const at::Tensor& step) {
    const at::Tensor schedule = at::tensor(cosine_schedule()).to(clean.options());
    std::vector<std::int64_t> shape(static_cast<std::size_t>(clean.dim()), 1);
    shape[0] = clean.size(0);
    const at::Tensor signal = schedule.index_select(0, step).view(shape);  // [B, 1, ...]
    return signal.sqrt() * clean + (1.0 - signal).sqrt() * noise;
}

at::Tensor sample_ddim(const Denoiser& denoiser, const at::Tensor& noise, int num_steps) {
    const std::vector<double>& schedule = cosine_schedule();
    const std::vector<int> steps = sampling_steps(num_steps);
    // The first step is not quite pure noise: its signal is taken as 0, the mean.
    at::Tensor x = noise;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const double signal = schedule[static_cast<std::size_t>(steps[i])];
        at::Tensor clean = denoiser(x, static_cast<double>(steps[i]) / kNumDiffusionSteps);
        if (i + 1 == steps.size()) {
            return clean;
        }
        const double next = schedule[static_cast<std::size_t>(steps[i + 1])];
        const at::Tensor direction = (x - std::sqrt(signal) * clean) / std::sqrt(1.0 - signal);
        x = std::sqrt(next) * clean + std::sqrt(1.0 - next) * direction;
    }
    return x;
}

}  // namespace vasa::drive
