// SPDX-License-Identifier: Apache-2.0
#include "head/source_tongue.h"

#include "vasa/core/smoothstep.h"
#include "vasa/head/actions.h"
#include "vasa/head/tongue.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace vasa::train {

using core::smoothstep;
using head::Points;

std::vector<char> find_tongue(const SourceHead& head) {
    std::vector<char> is_tongue(static_cast<std::size_t>(head.neutral.rows()), 0);
    is_tongue[kTongueTip] = 1;
    std::vector<char> in_island(3 * head.triangles.size(), 0);
    for (std::size_t t = 0; t < head.triangles.size(); ++t) {
        for (int k = 0; k < 3; ++k) {
            if (head.materials[t] == kGumsTongue && head.triangles[t][k] == kTongueTip) {
                in_island[head.texture_triangles[t][k]] = 1;
            }
        }
    }
    for (bool grown = true; grown;) {
        grown = false;
        for (std::size_t t = 0; t < head.triangles.size(); ++t) {
            const auto& q = head.texture_triangles[t];
            if (head.materials[t] != kGumsTongue) {
                continue;
            }
            const int in = in_island[q[0]] + in_island[q[1]] + in_island[q[2]];
            if (in > 0 && in < 3) {
                in_island[q[0]] = in_island[q[1]] = in_island[q[2]] = 1;
                grown = true;
            }
            if (in > 0) {
                for (const int v : head.triangles[t]) {
                    is_tongue[v] = 1;
                }
            }
        }
    }
    return is_tongue;
}

std::vector<float> along_tongue(const SourceHead& head, const std::vector<char>& is_tongue) {
    float z_min = 1e9F, z_max = -1e9F;
    for (Eigen::Index v = 0; v < head.neutral.rows(); ++v) {
        if (is_tongue[static_cast<std::size_t>(v)] != 0) {
            z_min = std::min(z_min, head.neutral(v, 2));
            z_max = std::max(z_max, head.neutral(v, 2));
        }
    }
    if (!(z_max > z_min)) {
        return {};
    }
    std::vector<float> along(static_cast<std::size_t>(head.neutral.rows()), 0.0F);
    for (Eigen::Index v = 0; v < head.neutral.rows(); ++v) {
        if (is_tongue[static_cast<std::size_t>(v)] != 0) {
            along[static_cast<std::size_t>(v)] = (head.neutral(v, 2) - z_min) / (z_max - z_min);
        }
    }
    return along;
}

Points tongue_out(const SourceHead& head, const std::vector<float>& along) {
    Points out = Points::Zero(head.neutral.rows(), 3);
    for (Eigen::Index v = 0; v < head.neutral.rows(); ++v) {
        const float s = smoothstep(0.0F, 1.0F, along[static_cast<std::size_t>(v)]);
        out(v, 0) = -0.15F * s * head.neutral(v, 0);
        out(v, 1) = 0.9F * s * (1 - s) - 0.15F * s;
        out(v, 2) = 3.6F * s;
    }
    return out;
}

std::vector<Points> tongue_places(const SourceHead& head, const std::vector<float>& along) {
    // The tip reaches the ridge behind the upper teeth, the blade the palate, from a jaw that is
    // open as far as their sounds open it.
    constexpr float kTipRise_cm = 1.4F, kTipBack_cm = 0.35F, kTipFrom = 0.5F;
    constexpr float kBladeRise_cm = 1.2F, kBladeAt = 0.6F, kBladeWidth = 0.2F;
    std::vector<Points> places(head::kNumTongueValues, Points::Zero(head.neutral.rows(), 3));
    for (Eigen::Index v = 0; v < head.neutral.rows(); ++v) {
        const float t = along[static_cast<std::size_t>(v)];
        if (t <= 0) {
            continue;
        }
        const float tip = smoothstep(kTipFrom, 1.0F, t);
        const float from_blade = (t - kBladeAt) / kBladeWidth;
        places[0](v, 1) = kTipRise_cm * tip;
        places[0](v, 2) = -kTipBack_cm * tip;
        places[1](v, 1) = kBladeRise_cm * std::exp(-from_blade * from_blade);
    }
    return places;
}

void shape_tongue(SourceHead& head, const std::vector<float>& along) {
    constexpr float kDome_cm = 0.22F, kGroove_cm = 0.13F, kGrooveWidth_cm = 0.3F;
    constexpr float kTop_cm = -3.5F, kUnderside_cm = -4.3F;  // heights at rest
    // Fraction of the jaw's drop that the tongue does not follow, at the root and at the tip.
    constexpr float kHeldAtRoot = 0.22F, kHeldAtTip = 0.08F;
    Points& jaw = head.actions[static_cast<int>(head::Action::JawOpen)];
    for (Eigen::Index v = 0; v < head.neutral.rows(); ++v) {
        const float t = along[static_cast<std::size_t>(v)];
        if (t <= 0) {
            continue;
        }
        const float top = smoothstep(kUnderside_cm, kTop_cm, head.neutral(v, 1));
        const float x = head.neutral(v, 0) / kGrooveWidth_cm;
        const float middle = smoothstep(0.1F, 0.5F, t) * (1 - smoothstep(0.75F, 1.0F, t));
        head.neutral(v, 1) += top * middle * (kDome_cm - kGroove_cm * std::exp(-x * x));
        jaw(v, 1) *= 1 - (kHeldAtRoot + (kHeldAtTip - kHeldAtRoot) * t);
    }
}

}  // namespace vasa::train
