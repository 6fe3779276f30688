// SPDX-License-Identifier: Apache-2.0
#include "vasa/drive/diffusion.h"

#include "vasa/core/error.h"

#include <cmath>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::drive;

namespace {

at::Tensor noise(std::int64_t rows, std::int64_t columns, std::uint64_t seed) {
    at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(seed);
    return at::randn({rows, columns}, generator, at::TensorOptions());
}

double share_at(double step) {
    return cosine_schedule()[static_cast<std::size_t>(std::lround(step * kNumDiffusionSteps))];
}

}  // namespace

TEST_CASE("The cosine schedule falls from all signal to almost none", "[diffusion]") {
    const auto& schedule = cosine_schedule();
    REQUIRE(schedule.size() == kNumDiffusionSteps + 1);
    CHECK(schedule.front() == 1.0);
    CHECK(schedule.back() < 1e-3);
    for (std::size_t i = 1; i < schedule.size(); ++i) {
        REQUIRE(schedule[i] <= schedule[i - 1]);
    }
    // Halfway, the paper's formula gives cos²((0.5 + s) / (1 + s) · π / 2).
    CHECK(schedule[500] == Approx(0.4939).margin(5e-4));
}

TEST_CASE("Sampling steps descend from the last to the first", "[diffusion]") {
    for (const int count : {1, 2, 10, 50, 999, 1000}) {
        const std::vector<int> steps = sampling_steps(count);
        REQUIRE(static_cast<int>(steps.size()) == count);
        CHECK(steps.front() == kNumDiffusionSteps);
        CHECK(steps.back() >= 1);
        for (std::size_t i = 1; i < steps.size(); ++i) {
            REQUIRE(steps[i] < steps[i - 1]);
        }
    }
    CHECK_THROWS_AS(sampling_steps(0), vasa::core::Error);
    CHECK_THROWS_AS(sampling_steps(1001), vasa::core::Error);
}

TEST_CASE("Noising keeps the variance and mixes by the schedule", "[diffusion]") {
    const at::Tensor clean = at::full({2, 5000}, 3.0);
    const at::Tensor step = at::full({2}, 400, at::kLong);
    const at::Tensor noisy = diffuse(clean, noise(2, 5000, 1), step);
    const double signal = cosine_schedule()[400];
    CHECK(noisy.mean().item<double>() == Approx(3.0 * std::sqrt(signal)).margin(0.03));
    CHECK(noisy.var().item<double>() == Approx(1.0 - signal).epsilon(0.05));
    CHECK(diffuse(clean, noise(2, 5000, 1), at::zeros({2}, at::kLong)).equal(clean));
}

TEST_CASE("DDIM with the exact denoiser of a point reaches the point", "[diffusion]") {
    const at::Tensor point = noise(1, 20, 5);
    const Denoiser denoiser = [&](const at::Tensor& x, double) { return point.expand_as(x); };
    for (const int steps : {1, 10, 50}) {
        const at::Tensor sample = sample_ddim(denoiser, noise(3, 20, 6), steps);
        CHECK((sample - point).abs().max().item<double>() < 1e-6);
    }
}

TEST_CASE("DDIM with the exact denoiser of a Gaussian samples that Gaussian", "[diffusion]") {
    // For x0 ~ N(m, s²): E[x0 | x] = m + sqrt(a) s² / (a s² + 1 - a) · (x - sqrt(a) m).
    constexpr double kMean = 1.5, kSpread = 0.4;
    const Denoiser denoiser = [](const at::Tensor& x, double step) {
        const double a = share_at(step);
        const double gain = std::sqrt(a) * kSpread * kSpread / (a * kSpread * kSpread + 1.0 - a);
        return kMean + gain * (x - std::sqrt(a) * kMean);
    };
    const at::Tensor start = noise(1, 20000, 7);
    const at::Tensor sample = sample_ddim(denoiser, start, 100);
    CHECK(sample.mean().item<double>() == Approx(kMean).margin(0.02));
    CHECK(sample.std().item<double>() == Approx(kSpread).epsilon(0.08));
    // The map from noise to samples is deterministic and preserves the order.
    CHECK(sample_ddim(denoiser, start, 100).equal(sample));
    const at::Tensor order = start[0].argsort();
    const at::Tensor sorted = sample[0].index_select(0, order);
    CHECK((sorted.slice(0, 1) - sorted.slice(0, 0, -1)).min().item<double>() >= -1e-6);
}
