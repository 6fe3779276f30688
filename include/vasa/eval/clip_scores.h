// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/core/progress.h"
#include "vasa/core/rational.h"
#include "vasa/core/stop_token.h"
#include "vasa/eval/motion_metrics.h"
#include "vasa/head/actions.h"

#include <optional>
#include <string>
#include <vector>

namespace vasa::eval {

/// A finished clip and what it was made from. All but the clip may be missing; scores that need
/// what is missing are left out.
struct ClipInput {
    std::string clip;                       ///< video; this or frames_dir
    std::string frames_dir;                 ///< folder of PNG frames, in the order of their names
    core::Rational fps{kMetricRate_hz, 1};  ///< of frames_dir
    std::string audio;                      ///< speech; empty = the clip's own sound
    std::string image;                      ///< portrait; empty = the first frame stands for it
    std::string motion;                     ///< motion file the clip was rendered from
    std::string phones;                     ///< aligned phones of the speech
    std::optional<head::Gaze> gaze;         ///< asked for, radians
    std::optional<double> distance;         ///< asked for, 1 = as in the portrait
    std::string model_dir;

    void check() const;  ///< @throws Error(Usage)
};

/// Which values of a score are good.
enum class Better { Low, High, Near };

/// What a score is. docs/metrics.md has the formulas.
struct ScoreField {
    const char* name;  ///< key of JSON results
    int version;       ///< of the formula; scores of different versions must not be compared
    Better better;     ///< Near: near a range, see `vasa1`
    /// Smaller differences between clips mean nothing: the least tolerance of regression gates.
    double least_change;
    const char* text;  ///< what it is, with its unit
    double vasa1;      ///< measured on the clips VASA-1's authors published; NaN if not known
    /// The metric of motion that it is, taken from what the frames show; null for all others.
    double MotionMetrics::*motion = nullptr;
};
/// All scores, in the order of tables.
const std::vector<ScoreField>& score_fields();

struct Score {
    const ScoreField* field = nullptr;
    double value = 0;
};

/// What there is to see of a clip over time, at kMetricRate_hz.
struct ClipCurves {
    std::vector<double> mouth_opening;  ///< inner-lip gap / distance of the outer eye corners
    std::vector<double> loudness;       ///< RMS of 50 ms; empty without speech
    std::vector<double> yaw_deg, pitch_deg, roll_deg;
    std::vector<double> eye_opening;  ///< lid gap / eye width
};

struct ClipScores {
    core::Rational fps;
    int num_frames = 0;
    int num_lost = 0;        ///< frames without a face
    std::string frame_hash;  ///< SHA-256 of the decoded frames
    std::vector<Score> scores;
    ClipCurves curves;
    std::vector<core::ImageU8> samples;  ///< frames spread over the clip, in order

    /// NaN if the clip does not tell.
    double value(const std::string& name) const;
};

/// Scores a clip from its decoded frames, as a viewer gets it.
/// @throws Error(Input) if it cannot be read or shows no face.
ClipScores score_clip(const ClipInput& input,
                      const core::ProgressFn& progress = {},
                      const core::StopToken& stop = {});

}  // namespace vasa::eval
