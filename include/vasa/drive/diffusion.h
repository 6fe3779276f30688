// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include <ATen/core/Tensor.h>

namespace vasa::drive {

/// Number of diffusion steps in the network's training.
constexpr int kNumDiffusionSteps = 1000;

/// Fraction of the signal's power left after each step, [kNumDiffusionSteps + 1]; 1 at step 0.
///
/// Source: Nichol & Dhariwal, Improved denoising diffusion probabilistic models (2021), eq. 17.
const std::vector<double>& cosine_schedule();

/// Steps that a sampler of `num_steps` visits, descending from kNumDiffusionSteps, without 0.
std::vector<int> sampling_steps(int num_steps);

/// Adds noise: sqrt(a) · clean + sqrt(1 - a) · noise, per sample of the batch.
///
/// @param clean, noise  [B, ...]
/// @param step          [B] i64, 0..kNumDiffusionSteps
at::Tensor diffuse(const at::Tensor& clean, const at::Tensor& noise, const at::Tensor& step);

/// Estimates the clean signal of noisy x [B, ...] → [B, ...]. `step` is a fraction of
/// kNumDiffusionSteps, above 0 to 1, the same for the whole batch.
using Denoiser = std::function<at::Tensor(const at::Tensor& x, double step)>;

/// Samples by DDIM without added noise (eta = 0).
///
/// @param noise      [B, ...] standard normal
/// @param num_steps  1..kNumDiffusionSteps
/// Source: Song et al., Denoising diffusion implicit models (2021), eq. 12.
at::Tensor sample_ddim(const Denoiser& denoiser, const at::Tensor& noise, int num_steps);

}  // namespace vasa::drive
