// SPDX-License-Identifier: Apache-2.0
#include "motion/face_events.h"
#include "statistics.h"

#include "vasa/core/error.h"
#include "vasa/core/rng.h"
#include "vasa/eval/speech_dependence.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace vasa::eval {
namespace {

using Curves = std::vector<std::vector<double>>;  // [clips][T]

/// |r| of a[i] and b[i + shift in a circle] over the first `num` frames; NaN if either is constant.
double size_of_correlation(const std::vector<double>& a,
                           const std::vector<double>& b,
                           std::size_t num,
                           std::size_t shift) {
    double sum_a = 0, sum_b = 0, aa = 0, bb = 0, ab = 0;
    // Offsets keep the sums of squares exact where a curve is far from 0.
    for (std::size_t i = 0; i < num; ++i) {
        const double x = a[i] - a[0], y = b[(i + shift) % num] - b[0];
        sum_a += x;
        sum_b += y;
        aa += x * x;
        bb += y * y;
        ab += x * y;
    }
    const auto n = static_cast<double>(num);
    const double var_a = aa - sum_a * sum_a / n, var_b = bb - sum_b * sum_b / n;
    constexpr double kConstant = 1e-12;  // rounding of a curve that does not move
    if (!(var_a > kConstant * n && var_b > kConstant * n)) {
        return kNoValue;
    }
    return std::abs(ab - sum_a * sum_b / n) / std::sqrt(var_a * var_b);
}

/// Frames shut in both clips, and the number expected if they were independent.
struct Overlap {
    double both = 0, expected = 0;

    void add(const std::vector<double>& a,
             const std::vector<double>& b,
             std::size_t num,
             std::size_t shift) {
        double in_a = 0, in_b = 0;
        for (std::size_t i = 0; i < num; ++i) {
            in_a += a[i];
            in_b += b[(i + shift) % num];
            both += a[i] * b[(i + shift) % num];
        }
        expected += in_a * in_b / static_cast<double>(num);
    }
    double ratio() const { return expected > 0 ? both / expected : kNoValue; }
};

/// Two clips and how they are compared.
struct Pair {
    std::size_t first, second, num_frames;
    std::vector<std::size_t> shifts;
};

std::vector<Pair> list_pairs(const std::vector<FaceBehaviour>& clips,
                             const DependenceParams& params) {
    core::Rng rng(params.seed);
    const auto least = static_cast<std::size_t>(std::ceil(params.min_overlap_s * kMetricRate_hz));
    std::vector<Pair> pairs;
    for (std::size_t i = 0; i < clips.size(); ++i) {
        for (std::size_t k = i + 1; k < clips.size(); ++k) {
            Pair pair{i, k, std::min(clips[i].num_frames(), clips[k].num_frames()), {}};
            if (pair.num_frames < least) {
                continue;
            }
            const auto n = static_cast<double>(pair.num_frames);
            for (int s = 0; s < params.num_shifts; ++s) {
                pair.shifts.push_back(static_cast<std::size_t>(
                    n * rng.uniform(params.min_shift_share, 1.0 - params.min_shift_share)));
            }
            pairs.push_back(std::move(pair));
        }
    }
    return pairs;
}

void compare_curves(const Curves& curves,
                    const std::vector<Pair>& pairs,
                    double& value,
                    double& chance) {
    std::vector<double> in_step, shifted;
    const auto add = [](double r, std::vector<double>& to) {
        if (!std::isnan(r)) {
            to.push_back(r);
        }
    };
    for (const Pair& pair : pairs) {
        const auto &a = curves[pair.first], &b = curves[pair.second];
        add(size_of_correlation(a, b, pair.num_frames, 0), in_step);
        for (const std::size_t shift : pair.shifts) {
            add(size_of_correlation(a, b, pair.num_frames, shift), shifted);
        }
    }
    value = mean(in_step);
    chance = mean(shifted);
}

ChannelLikeness compare_blinks(const Curves& shut, const std::vector<Pair>& pairs) {
    Overlap in_step, shifted;
    for (const Pair& pair : pairs) {
        in_step.add(shut[pair.first], shut[pair.second], pair.num_frames, 0);
        for (const std::size_t shift : pair.shifts) {
            shifted.add(shut[pair.first], shut[pair.second], pair.num_frames, shift);
        }
    }
    ChannelLikeness blinks;
    blinks.value = in_step.ratio();
    blinks.chance = shifted.ratio();
    return blinks;
}

}  // namespace

Likeness measure_likeness(const std::vector<FaceBehaviour>& clips, const DependenceParams& params) {
    const std::vector<Pair> pairs = list_pairs(clips, params);
    if (pairs.empty()) {
        throw core::Error(core::ErrorKind::Input,
                          "cannot compare motion: " + std::to_string(clips.size()) +
                              " clips without a pair of " + std::to_string(params.min_overlap_s) +
                              " s, expected 2 or more of that length");
    }
    Likeness result;
    result.num_pairs = static_cast<int>(pairs.size());
    for (std::size_t c = 0; c < kNumFaceChannels; ++c) {
        Curves curves, fast;
        for (const FaceBehaviour& clip : clips) {
            curves.push_back(clip.channels[c]);
        }
        if (static_cast<FaceChannel>(c) == FaceChannel::Blink) {
            result.channels[c] = compare_blinks(curves, pairs);
            continue;
        }
        for (const std::vector<double>& curve : curves) {
            fast.push_back(high_passed(curve, params.high_pass_hz));
        }
        ChannelLikeness& channel = result.channels[c];
        compare_curves(curves, pairs, channel.value, channel.chance);
        compare_curves(fast, pairs, channel.fast, channel.fast_chance);
    }
    return result;
}

}  // namespace vasa::eval
