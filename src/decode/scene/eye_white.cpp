// SPDX-License-Identifier: Apache-2.0
#include "scene/eye_white.h"

#include "scene/sampling.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace vasa::decode {
namespace {

using Rgb = Eigen::RowVector3f;

/// Mean of the lighter pixels of one side; nothing if there are too few.
std::optional<Rgb> light_part(std::vector<Rgb>& side, const EyeWhiteParams& params) {
    if (side.size() < static_cast<std::size_t>(params.min_px)) {
        return std::nullopt;
    }
    std::sort(side.begin(), side.end(), [](const Rgb& a, const Rgb& b) {
        return luminance(a.data()) < luminance(b.data());
    });
    const auto count = static_cast<float>(side.size());
    const auto from = static_cast<std::size_t>(params.from_share * count),
               to = static_cast<std::size_t>(params.to_share * count);
    Rgb sum = Rgb::Zero();
    for (std::size_t i = from; i < to; ++i) {
        sum += side[i];
    }
    return Rgb(sum / static_cast<float>(to - from));
}

}  // namespace

std::optional<EyeWhite> EyeWhite::seen(const EyePatch& known,
                                       const IrisDisc& iris,
                                       const EyeWhiteParams& params) {
    std::vector<Rgb> sides[2];
    for (int y = 0; y < known.height; ++y) {
        for (int x = 0; x < known.width; ++x) {
            const auto& p = known.at(x, y);
            if (p[3] > params.min_weight && iris.radii(x, y) > params.start) {
                const bool is_right = static_cast<float>(x) + 0.5F > iris.center.x;
                sides[is_right ? 1 : 0].emplace_back(p[0], p[1], p[2]);
            }
        }
    }
    const std::optional<Rgb> left = light_part(sides[0], params),
                             right = light_part(sides[1], params);
    if (!left && !right) {
        return std::nullopt;
    }
    const auto usable = [&](const std::optional<Rgb>& side, const std::optional<Rgb>& other) {
        if (!side || !other) {
            return side ? *side : *other;
        }
        const bool is_pink = luminance(side->data()) < params.min_side * luminance(other->data());
        return is_pink ? Rgb(params.min_side * *other) : *side;
    };
    return EyeWhite(usable(left, right), usable(right, left), params.spread);
}

EyeWhite EyeWhite::invented(const Rgb& skin, float colourful, const EyeWhiteParams& params) {
    const Rgb c = skin.cwiseMax(1.0F);
    const Rgb cast(
        std::exp(colourful * (params.red + params.red_gain * std::log(c.x() / c.y()))),
        1.0F,
        std::exp(colourful * (params.blue + params.blue_gain * std::log(c.z() / c.y()))));
    const Rgb white =
        (cast * (params.of_skin * luminance(c.data()) / luminance(cast.data()))).cwiseMin(255.0F);
    return {white, white, params.spread};
}

EyeWhite EyeWhite::lightened(const EyeWhite& other, float share) const {
    const Rgb own = mean(), usual = other.mean();
    const float gain =
        std::max(1.0F, share * luminance(usual.data()) / std::max(luminance(own.data()), 1.0F));
    return {(gain * left_).cwiseMin(255.0F), (gain * right_).cwiseMin(255.0F), spread_};
}

Rgb EyeWhite::at(float dx) const {
    const float t = std::clamp(0.5F + 0.5F * dx / spread_, 0.0F, 1.0F);
    return (1 - t) * left_ + t * right_;
}

}  // namespace vasa::decode
