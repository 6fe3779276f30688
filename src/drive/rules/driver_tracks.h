// SPDX-License-Identifier: Apache-2.0
// Parts shared by the rules driver and the synthesiser.
#pragma once

#include "vasa/core/filters.h"
#include "vasa/core/rng.h"
#include "vasa/head/actions.h"
#include "vasa/head/pose.h"

#include <cstddef>
#include <string>
#include <vector>

namespace vasa::drive {

/// @param driver  owner of the option, for the message
/// @throws Error(Usage) if the value is not within min..max.
void check_option(
    const std::string& driver, const std::string& name, float value, float min, float max);

/// @throws Error(Input) naming the first sample that is not a number or far outside of [-1, 1], or
///         for speech of more than 24 hours.
void check_speech(const std::vector<float>& speech);

/// Value of a track sampled at speech::kAnalysisRate_hz.
float sample_rows(const core::Track& track, double time_s);

struct AsymmetryParams {
    float spread = 0.08F;    ///< of the slow change
    double max_bias = 0.08;  ///< of a person: one side always moves more than the other
    float max_total = 0.25F;
    double max_hz = 1.0;
};

/// Fraction by which the left side of the mouth moves more than the mean, and the right less.
/// @param slow, bias  random generators of the two parts
core::Track make_asymmetry(std::size_t num_rows,
                           const core::Rng& slow,
                           core::Rng bias,
                           const AsymmetryParams& params = {});

/// Fraction of a head turn that the eyes compensate, so that they stay on the viewer; for sampled
/// motion see PostureParams.
constexpr float kCounterRotation = 0.8F;

/// The gaze relative to a head that has turned.
head::Gaze counter_rotated(const head::Gaze& gaze, const head::Pose& turned);

}  // namespace vasa::drive
