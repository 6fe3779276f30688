// SPDX-License-Identifier: Apache-2.0
#include "vasa/detect/clip_detector.h"

#include "vasa/core/error.h"
#include "vasa/models/file_marker.h"
#include "vasa/models/network_inputs.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace vasa::detect {
namespace {

using core::Error;
using core::ErrorKind;

models::NetworkInputs measured_inputs() {
    return {{"features", {kFeatureNames.begin(), kFeatureNames.end()}}};
}

FeatureValues read_values(const core::SafetensorsFile& file, const std::string& name) {
    const std::vector<float> floats = file.floats(name, {static_cast<std::int64_t>(kNumFeatures)});
    FeatureValues values{};
    std::transform(floats.begin(), floats.end(), values.begin(), [](float value) {
        return static_cast<double>(value);
    });
    return values;
}

void add_values(core::SafetensorsWriter& writer, const std::string& name, const FeatureValues& v) {
    writer.add_f32(
        name, {static_cast<std::int64_t>(kNumFeatures)}, std::vector<float>(v.begin(), v.end()));
}

bool are_finite(const FeatureValues& values) {
    return std::all_of(
        values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

}  // namespace

ClipDetector::ClipDetector(const DetectorWeights& weights) : weights_(weights) {
    if (!are_finite(weights.mean) || !are_finite(weights.scale) || !are_finite(weights.weight) ||
        !std::isfinite(weights.bias)) {
        throw Error(ErrorKind::Model, "clip detector: weights that are not finite numbers");
    }
}

ClipDetector ClipDetector::load(const std::string& path) {
    const auto file = core::SafetensorsFile::load(path, ErrorKind::Model);
    models::check_marker(file, models::FileKind::ClipDetector);
    models::check_inputs(file, measured_inputs());
    DetectorWeights weights;
    weights.mean = read_values(file, "mean");
    weights.scale = read_values(file, "scale");
    weights.weight = read_values(file, "weight");
    weights.bias = static_cast<double>(file.floats("bias", {1}).front());
    return ClipDetector(weights);
}

void ClipDetector::write(core::SafetensorsWriter& writer) const {
    models::write_marker(writer, models::FileKind::ClipDetector);
    models::write_inputs(writer, measured_inputs());
    add_values(writer, "mean", weights_.mean);
    add_values(writer, "scale", weights_.scale);
    add_values(writer, "weight", weights_.weight);
    writer.add_f32("bias", {1}, {static_cast<float>(weights_.bias)});
}

FeatureValues ClipDetector::contributions(const std::vector<FeatureValues>& parts) const {
    if (parts.empty()) {
        throw Error(ErrorKind::Internal, "clip detector: no part of a clip to judge");
    }
    // A value further out than anything seen in training says no more than the furthest.
    constexpr double kMaxDeviation = 4.0;
    FeatureValues sums{};
    for (const FeatureValues& values : parts) {
        for (std::size_t i = 0; i < kNumFeatures; ++i) {
            if (std::isfinite(values[i])) {
                const double deviation = (values[i] - weights_.mean[i]) * weights_.scale[i];
                sums[i] += weights_.weight[i] *
                           std::clamp(deviation, -kMaxDeviation, kMaxDeviation) /
                           static_cast<double>(parts.size());
            }
        }
    }
    return sums;
}

double ClipDetector::log_odds(const std::vector<FeatureValues>& parts) const {
    double sum = weights_.bias;
    for (const double value : contributions(parts)) {
        sum += value;
    }
    return sum;
}

double probability_of(double log_odds) {
    return 1.0 / (1.0 + std::exp(-log_odds));
}

}  // namespace vasa::detect
