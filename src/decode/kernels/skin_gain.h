// SPDX-License-Identifier: Apache-2.0
// Folds and light of the skin at a pixel, for both CPU and GPU.
#pragma once

#include "kernels/scene.h"

namespace vasa::decode::kernels {

/// Limits of the logarithm of the skin's change: no light or shadow of skin is stronger.
constexpr float kMaxDarkening = 0.8F, kMaxBrightening = 0.25F;

VASA_HOST_DEVICE inline Float4 load_folds(const SkinChange& change) {
    static_assert(head::kNumFolds == 4);
    return Float4{change.folds[0], change.folds[1], change.folds[2], change.folds[3]};
}

/// Exponential of a limited change by its series: within .015 of it, and the same on every device.
VASA_HOST_DEVICE inline float gain_of(float logarithm) {
    const float change = clamped(logarithm, -kMaxDarkening, kMaxBrightening);
    return 1 + change * (1 + change * (0.5F + change * (1.0F / 6.0F)));
}

/// Factor of each channel of skin that folds, or that turns in the light; 1 elsewhere.
/// @param sample  of the head
VASA_HOST_DEVICE inline Float4 skin_gain(const Scene& scene,
                                         const Posed& posed,
                                         const head::RasterSample& sample) {
    if (posed.changes == nullptr || sample.triangle < 0 ||
        scene.head_parts[sample.triangle] != head::Part::Skin) {
        return splat(1.0F);
    }
    const Scene::Corners& t = scene.head_triangles[sample.triangle];
    const SkinChange &p = posed.changes[t[0]], &q = posed.changes[t[1]], &r = posed.changes[t[2]];
    const float a = 1 - sample.b1 - sample.b2, b = sample.b1, c = sample.b2;
    const Float4 strengths =
        load_folds(p) * splat(a) + load_folds(q) * splat(b) + load_folds(r) * splat(c);
    const float light = a * p.light + b * q.light + c * r.light;
    if (strengths[0] == 0 && strengths[1] == 0 && strengths[2] == 0 && strengths[3] == 0) {
        return splat(gain_of(light));
    }
    const core::Vec2f &i = scene.fold_places[t[0]], &j = scene.fold_places[t[1]],
                      &k = scene.fold_places[t[2]];
    const Float4 folds =
        (sample_rgba(scene.folds, a * i.x + b * j.x + c * k.x, a * i.y + b * j.y + c * k.y) +
         splat(-static_cast<float>(head::kFoldZero))) *
        strengths;
    const float fold = ((folds[0] + folds[1]) + (folds[2] + folds[3])) * head::kFoldStep;
    Float4 gain = splat(1.0F);
    for (int channel = 0; channel < 3; ++channel) {
        // Only the shadow in a fold is tinted: light on its bank has the skin's colour.
        gain[channel] = gain_of(light + fold * (fold < 0 ? scene.fold_tint[channel] : 1.0F));
    }
    return gain;
}

}  // namespace vasa::decode::kernels
