// SPDX-License-Identifier: Apache-2.0
#include "rules/driver_tracks.h"

#include "rules/slow_process.h"

#include "vasa/core/error.h"
#include "vasa/speech/speech_analysis.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace vasa::drive {

using core::Error;
using core::ErrorKind;

void check_option(
    const std::string& driver, const std::string& name, float value, float min, float max) {
    if (!(value >= min && value <= max)) {
        char range[64];
        std::snprintf(
            range, sizeof range, "%g to %g", static_cast<double>(min), static_cast<double>(max));
        throw Error(ErrorKind::Usage,
                    driver + ": " + name + " is " + std::to_string(value) + ", expected " + range);
    }
}

void check_speech(const std::vector<float>& speech) {
    constexpr float kMaxSample = 1e6F;  // louder than any recording that is only unnormalised
    constexpr double kMaxSpeech_s = 24.0 * 3600.0;
    for (std::size_t i = 0; i < speech.size(); ++i) {
        if (!std::isfinite(speech[i]) || std::abs(speech[i]) > kMaxSample) {
            throw Error(ErrorKind::Input,
                        "speech: sample " + std::to_string(i) + " is " + std::to_string(speech[i]) +
                            ", expected a value in [-1, 1]");
        }
    }
    if (static_cast<double>(speech.size()) > kMaxSpeech_s * speech::kSpeechRate_hz) {
        throw Error(ErrorKind::Input, "speech: longer than the 24 hours that can be driven");
    }
}

float sample_rows(const core::Track& track, double time_s) {
    return core::sample_track(track, speech::kAnalysisRate_hz, time_s);
}

core::Track make_asymmetry(std::size_t num_rows,
                           const core::Rng& slow,
                           core::Rng bias,
                           const AsymmetryParams& params) {
    std::vector<double> clock_s(num_rows);
    for (std::size_t i = 0; i < num_rows; ++i) {
        clock_s[i] = static_cast<double>(i) / speech::kAnalysisRate_hz;
    }
    core::Track asymmetry = slow_process(clock_s, params.max_hz, slow);
    const auto own = static_cast<float>(bias.uniform(-params.max_bias, params.max_bias));
    for (float& value : asymmetry) {
        value = std::clamp(own + params.spread * value, -params.max_total, params.max_total);
    }
    return asymmetry;
}

head::Gaze counter_rotated(const head::Gaze& gaze, const head::Pose& turned) {
    return {gaze.yaw_rad - kCounterRotation * turned.yaw_rad,
            gaze.pitch_rad - kCounterRotation * turned.pitch_rad};
}

}  // namespace vasa::drive
