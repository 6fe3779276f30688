// SPDX-License-Identifier: Apache-2.0
#include "decoder/decoder_losses.h"

#include "vasa/decode/frame_conditions.h"
#include "vasa/decode/frame_network.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <ATen/TensorOperators.h>
#include <ATen/ops/adaptive_max_pool2d.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

namespace vasa::train {
namespace {

constexpr double kLostWeight = 2.0;  ///< added to 1

at::Tensor visibility(const DecoderBatch& batch) {
    constexpr int kChannel = static_cast<int>(decode::Condition::Visibility);
    return batch.conditions.slice(1, kChannel, kChannel + 1);
}

/// Weight of each pixel where the network paints, [B, 1, H, W].
at::Tensor pixel_weights(const DecoderBatch& batch, const at::Tensor& region) {
    return region * (1.0 + kLostWeight * batch.lost);
}

/// Sum over three colours; not 0 if there is nothing to paint.
at::Tensor total_of(const at::Tensor& weights) {
    return weights.sum() * 3.0 + 1.0;
}

at::Tensor down(const at::Tensor& x) {
    return x.slice(2, 1) - x.slice(2, 0, -1);
}

at::Tensor right(const at::Tensor& x) {
    return x.slice(3, 1) - x.slice(3, 0, -1);
}

/// Mean over the mask of |∂x| + |∂y|, one value for all patches.
double mean_gradient(const at::Tensor& x, const at::Tensor& mask) {
    const at::Tensor inner = mask.slice(2, 1).slice(3, 1);
    const at::Tensor gradient = down(x).abs().slice(3, 1) + right(x).abs().slice(2, 1);
    return (gradient * inner).sum().item<double>() / (3.0 * inner.sum().item<double>() + 1e-9);
}

/// Real or painted colours where hidden, real ones elsewhere.
at::Tensor mixed(const at::Tensor& painted, const DecoderBatch& batch, const at::Tensor& hidden) {
    return painted * hidden + batch.target * (1.0 - hidden);
}

}  // namespace

at::Tensor lost_pixel_weight(const DecoderBatch& batch) {
    return (1.0 + kLostWeight) / total_of(pixel_weights(batch, batch.region));
}

at::Tensor reconstruction_loss(const at::Tensor& painted,
                               const DecoderBatch& batch,
                               const at::Tensor& region,
                               double gradient_weight) {
    const at::Tensor weight = pixel_weights(batch, region);
    // Where the portrait does not agree with the geometry, the geometry is the target.
    const at::Tensor difference =
        painted - at::where(batch.agreement > 0.5, batch.target, batch.conditions.slice(1, 0, 3));
    const at::Tensor total = total_of(weight);
    const at::Tensor colours = (difference.abs() * weight).sum() / total;
    const at::Tensor gradients = ((down(difference).abs() * weight.slice(2, 1)).sum() +
                                  (right(difference).abs() * weight.slice(3, 1)).sum()) /
                                 total;
    return colours + gradients * gradient_weight;
}

at::Tensor hidden_mask(const DecoderBatch& batch) {
    const at::Tensor hidden = batch.lost * (visibility(batch) < 0.5).to(at::kFloat);
    return at::max_pool2d(hidden, 5, 1, 2) * batch.agreement;
}

at::Tensor discriminator_loss(PatchDiscriminators& discriminators,
                              const at::Tensor& painted,
                              const DecoderBatch& batch,
                              const at::Tensor& hidden) {
    const at::Tensor fake = mixed(painted, batch, hidden);
    at::Tensor loss = at::zeros({}, painted.options());
    int first = 0;
    for (std::size_t kind = 0; kind < discriminators.size(); ++kind) {
        const int last = first + batch.counts[kind];
        if (last > first) {
            const at::Tensor conditions = batch.conditions.slice(0, first, last);
            const at::Tensor of_fake =
                discriminators[kind](fake.slice(0, first, last), conditions).first;
            const at::Tensor of_real =
                discriminators[kind](batch.target.slice(0, first, last), conditions).first;
            const at::Tensor where = std::get<0>(at::adaptive_max_pool2d(
                hidden.slice(0, first, last), {of_fake.size(2), of_fake.size(3)}));
            loss = loss + ((at::relu(1.0 + of_fake) + at::relu(1.0 - of_real)) * where).sum() /
                              (where.sum() + 1.0);
        }
        first = last;
    }
    return loss;
}

std::pair<at::Tensor, at::Tensor> adversarial_losses(PatchDiscriminators& discriminators,
                                                     const at::Tensor& painted,
                                                     const DecoderBatch& batch,
                                                     const at::Tensor& hidden) {
    const at::Tensor fake = mixed(painted, batch, hidden);
    at::Tensor verdicts = at::zeros({}, painted.options()), features = verdicts;
    int first = 0;
    for (std::size_t kind = 0; kind < discriminators.size(); ++kind) {
        const int last = first + batch.counts[kind];
        if (last > first) {
            const at::Tensor conditions = batch.conditions.slice(0, first, last);
            const auto [verdict, of_fake] =
                discriminators[kind](fake.slice(0, first, last), conditions);
            const auto of_real =
                discriminators[kind](batch.target.slice(0, first, last), conditions).second;
            const at::Tensor where = std::get<0>(at::adaptive_max_pool2d(
                hidden.slice(0, first, last), {verdict.size(2), verdict.size(3)}));
            verdicts = verdicts - (verdict * where).sum() / (where.sum() + 1.0);
            for (std::size_t i = 0; i < of_fake.size(); ++i) {
                const at::Tensor real = of_real[i].detach();
                features = features + (of_fake[i] - real).abs().mean() / (real.abs().mean() + 1e-6);
            }
        }
        first = last;
    }
    return {verdicts, features};
}

at::Tensor OpenedMouths::open(const at::Tensor& painted) const {
    return at::cat({painted.slice(2, 0, row + 1), painted.slice(2, row, -1)}, 2);
}

OpenedMouths open_mouths(const DecoderBatch& batch, double share) {
    const std::int64_t count = batch.counts[static_cast<std::size_t>(pairs::PatchKind::Mouth)];
    const std::int64_t height = batch.conditions.size(2);
    OpenedMouths opened;
    opened.row =
        std::clamp<std::int64_t>(std::llround(share * static_cast<double>(height)), 0, height - 2);
    const auto moved = [&](const at::Tensor& x) { return opened.open(x.slice(0, 0, count)); };
    opened.mouths.conditions = moved(batch.conditions).contiguous(at::MemoryFormat::ChannelsLast);
    opened.mouths.region = moved(batch.region);
    opened.mouths.lost = moved(batch.lost);
    return opened;
}

std::pair<at::Tensor, at::Tensor> mouth_change(const at::Tensor& before,
                                               const at::Tensor& after,
                                               const OpenedMouths& opened) {
    const at::Tensor moved = opened.open(before.slice(0, 0, after.size(0)));
    const at::Tensor where = opened.mouths.lost;
    return {((after - moved).abs() * where).sum(), 3.0 * where.sum()};
}

LostErrors lost_errors(const at::Tensor& painted, const DecoderBatch& batch) {
    const at::Tensor mask = batch.lost * (visibility(batch) < 0.5).to(at::kFloat) * batch.agreement;
    const at::Tensor geometry = batch.conditions.slice(1, 0, 3);
    const auto colour = [&](const at::Tensor& x) {
        return 255.0 * ((x - batch.target).abs() * mask).sum().item<double>() /
               (3.0 * mask.sum().item<double>() + 1e-9);
    };
    LostErrors errors;
    errors.colour_geometry = colour(geometry);
    errors.colour_network = colour(painted);
    errors.gradient_geometry = 255.0 * mean_gradient(geometry - batch.target, mask);
    errors.gradient_network = 255.0 * mean_gradient(painted - batch.target, mask);
    const double real = mean_gradient(batch.target, mask) + 1e-9;
    errors.detail_geometry = mean_gradient(geometry, mask) / real;
    errors.detail_network = mean_gradient(painted, mask) / real;
    return errors;
}

}  // namespace vasa::train
