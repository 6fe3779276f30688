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

/// A finished clip and its inputs. All but the clip may be missing; scores that need a missing
/// input are left out.
struct ClipInput {
    std::string clip;                       ///< video; either this or frames_dir
    std::string frames_dir;                 ///< folder of PNG frames, in the order of their names
    core::Rational fps{kMetricRate_hz, 1};  ///< frame rate of frames_dir
    std::string audio;                      ///< speech; empty = the clip's own audio
    std::string image;                      ///< portrait; empty = the first frame is used
    std::string motion;                     ///< motion file the clip was rendered from
    std::string phones;                     ///< aligned phones of the speech
    std::optional<head::Gaze> gaze;         ///< requested gaze, radians
    std::optional<double> distance;         ///< requested distance, 1 = as in the portrait
    std::string model_dir;

    void check() const;  ///< @throws Error(Usage)
};

/// Which values of a score are good.
enum class Better { Low, High, Near };

/// What a score is. docs/metrics.md has the formulas.
struct ScoreField {
    const char* name;  ///< key of JSON results
    int version;       ///< of the formula; different versions must not be compared
    Better better;     ///< Near: good near a range, see `vasa1`
    /// Smaller differences between clips are insignificant; minimum tolerance of regression gates.
    double least_change;
    const char* text;  ///< description with unit
    double vasa1;      ///< measured on the clips VASA-1's authors published; NaN if unknown
    /// The motion metric that the score measures in the frames; null for all others.
    double MotionMetrics::*motion = nullptr;
};
/// All scores, in the order of tables.
const std::vector<ScoreField>& score_fields();

struct Score {
    const ScoreField* field = nullptr;
    double value = 0;
};

/// Scores that a clip does not have.
struct MissingScores {
    std::string cause;  ///< "no --phones were given", ...
    std::vector<std::string> names;
};

/// Curves of a clip over time, at kMetricRate_hz.
struct ClipCurves {
    std::vector<double> mouth_opening;  ///< inner-lip gap / distance of the outer eye corners
    std::vector<double> loudness;       ///< RMS over 50 ms; empty without speech
    std::vector<double> yaw_deg, pitch_deg, roll_deg;
    std::vector<double> eye_opening;  ///< lid gap / eye width
};

struct ClipScores {
    core::Rational fps;
    int num_frames = 0;
    int num_lost = 0;        ///< frames without a face
    std::string frame_hash;  ///< SHA-256 of the decoded frames
    std::vector<Score> scores;
    std::vector<MissingScores> missing;  ///< all others, by cause
    ClipCurves curves;
    std::vector<core::ImageU8> samples;  ///< frames spread over the clip, in order

    /// NaN if the clip has no such score.
    double value(const std::string& name) const;
};

/// Scores a clip from its decoded frames, as a viewer sees them.
/// @throws Error(Input) if it cannot be read or shows no face.
ClipScores score_clip(const ClipInput& input,
                      const core::ProgressFn& progress = {},
                      const core::StopToken& stop = {});

}  // namespace vasa::eval
