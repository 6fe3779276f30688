// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/progress.h"
#include "vasa/core/stop_token.h"
#include "vasa/head/landmark68_fit.h"
#include "vasa/motion/motion_clip.h"
#include "vasa/train/landmark_recording.h"

#include <string>
#include <vector>

namespace vasa::train {

/// How landmarks of one person become motion. Windows are those of a quadratic least-squares filter
/// at 25 Hz, see core::smooth_savitzky_golay().
struct LandmarkMotionParams {
    /// Camera: the picture's width, its middle as principal point, and a long lens.
    int width_px = 1280, height_px = 720;
    double focal_widths = 3.0;  ///< focal length / width

    int num_neutral_frames = 120;  ///< for the person, spread over all shots
    int num_shot_frames = 40;      ///< neutral frames of a shot
    /// Share of a shot's frames with closed eyes: 20 blinks a minute, closed for 90 ms each.
    double closed_share = 0.03;
    /// Limit of the opening of closed lids, for shots without a blink: see
    /// head::Landmark68Person::closed_lids.
    double max_closed_lids = 0.065;

    int pose_half_window = 3;      ///< removes what is above 4.4 Hz; nods reach 4 Hz
    int distance_half_window = 6;  ///< a pixel of scale is a centimetre and more: above 2.4 Hz
    int brow_half_window = 3;      ///< brows move less than a pixel a frame
    int mouth_half_window = 2;     ///< removes what is above 6 Hz
    int lid_half_window = 6;       ///< of open lids: a pixel is a fifth of their opening
    /// Lids that close further than this above the smoothed ones keep their recorded values:
    /// blinks last 3 to 6 frames. In units of eyeBlink; noise is about 0.1.
    float min_blink = 0.25F;

    head::Landmark68FitOptions fit;

    void check() const;  ///< @throws Error(Usage)
};

/// The motion of a shot at motion::kMotionRate_hz.
struct ShotMotion {
    motion::MotionClip clip;    ///< metadata `driver`, `clip`, `shot`, `mean_fit_error`
    double mean_fit_error = 0;  ///< before smoothing: distance of points / outer eye distance
};

/// Fits head pose and actions to the shots of one person.
class LandmarkMotion {
  public:
    /// Chooses neutral frames and fits the person to them.
    /// @param model  must outlive this
    /// @param shots  of one person; the recording's scale may differ between shots
    /// @throws Error(Input) if there are no neutral frames, or landmarks cannot be fitted.
    LandmarkMotion(const head::HeadModel& model,
                   const std::vector<LandmarkShot>& shots,
                   const LandmarkMotionParams& params = {});

    /// Pose and actions of every frame, smoothed.
    /// @throws Error(Input); Error(Interrupted, Terminated) on a stop.
    ShotMotion fit(const LandmarkShot& shot,
                   const core::ProgressFn& progress = {},
                   const core::StopToken& stop = {}) const;

    /// Mean error of the neutral frames / outer eye corner distance.
    double person_error() const { return person_.mean_error; }

  private:
    head::Landmarks68 centred(const head::Landmarks68& landmarks) const;
    std::vector<head::Landmarks68> centred_neutral(const std::vector<LandmarkShot>& shots,
                                                   int count) const;
    head::Landmark68Fitter fitter_of(const LandmarkShot& shot) const;

    const head::HeadModel& model_;
    LandmarkMotionParams params_;
    head::Camera camera_;
    head::Landmark68Person person_;
};

/// Frames with mouth closed, eyes open and brows at rest, at most `count`, evenly spread over those
/// that qualify. Pixels of the picture.
std::vector<head::Landmarks68> neutral_frames(const std::vector<LandmarkShot>& shots, int count);

struct PrepareLandmarksOptions {
    std::string landmarks, timing;  ///< see load_landmark_shots()
    std::string out;                ///< folder of the motion files, created if missing
    std::string held_out_list;      ///< file of clip names kept for measuring; empty = none
    std::string model_dir;
    bool force = false;  ///< replaces existing files
    LandmarkMotionParams motion;

    void check() const;  ///< @throws Error(Usage)
};

struct PreparedShot {
    std::string path;
    std::string clip;
    bool is_held_out = false;
    int num_frames = 0;
    int num_outliers = 0;
    double mean_fit_error = 0;  ///< distance of the points / outer eye corner distance
};

/// How a person moved, over all shots.
struct RecordedMotionFigures {
    /// Standard deviations within shots, pooled.
    double yaw_std_deg = 0, pitch_std_deg = 0, roll_std_deg = 0;
    double blinks_per_minute = 0;  ///< eyeBlink, mean of both eyes, rising above 0.5
    /// Pearson's correlation of jawOpen and pitch about their means within shots.
    double jaw_pitch_correlation = 0;
};
RecordedMotionFigures recorded_motion_figures(const std::vector<motion::MotionClip>& shots);

struct PrepareLandmarksReport {
    std::vector<PreparedShot> shots;
    RecordedMotionFigures figures;
};

/// Turns recordings of 68 landmarks of one person into motion files, one per shot:
/// <out>/<clip>_shot_<n>.safetensors, with `held_out` = yes or no in the metadata.
/// @throws Error(Input), also for held-out names that the recording lacks; Error(Model),
///         Error(Output); Error(Interrupted, Terminated) on a stop.
PrepareLandmarksReport prepare_landmarks(const PrepareLandmarksOptions& options,
                                         const core::ProgressFn& progress,
                                         const core::StopToken& stop);

}  // namespace vasa::train
