// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/safetensors.h"
#include "vasa/detect/clip_features.h"

#include <string>
#include <vector>

namespace vasa::detect {

/// Logistic regression on features of parts of clips.
struct DetectorWeights {
    FeatureValues mean{};    ///< a feature that cannot be measured counts as its mean
    FeatureValues scale{};   ///< 1 / spread
    FeatureValues weight{};  ///< of (value - mean) · scale; 0: the feature is not used
    double bias = 0;
};

/// Judges whether a clip was rendered, by what rendering leaves in its frames.
class ClipDetector {
  public:
    /// @throws Error(Model) for values that are not finite
    explicit ClipDetector(const DetectorWeights& weights);
    /// @throws Error(Model) naming the feature or tensor that is missing or does not fit
    static ClipDetector load(const std::string& path);
    /// Marker, inputs and tensors of the model's file.
    void write(core::SafetensorsWriter& writer) const;

    /// Logarithm of the odds that a clip was rendered, if as many clips are as are not: the mean
    /// over its parts, which are not independent. @throws Error(Internal) without parts
    double log_odds(const std::vector<FeatureValues>& parts) const;
    /// What each feature adds to the log odds, mean over parts.
    FeatureValues contributions(const std::vector<FeatureValues>& parts) const;

    const DetectorWeights& weights() const { return weights_; }

  private:
    DetectorWeights weights_;
};

/// From this probability on a clip is called likely rendered; below one minus it, without traces.
constexpr double kLikely = 0.9;

/// Probability of log odds.
double probability_of(double log_odds);

}  // namespace vasa::detect
