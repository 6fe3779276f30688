// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/eval/face_behaviour.h"
#include "vasa/head/head_model.h"
#include "vasa/motion/controls.h"
#include "vasa/motion/motion_clip.h"
#include "vasa/speech/phones.h"
#include "vasa/speech/speech_rate.h"

#include <array>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace vasa::eval {

/// Rate at which motion is measured; clips of another rate are resampled.
constexpr int kMetricRate_hz = motion::kMotionRate_hz;
/// Lags, in frames, at which mouth and speech are compared: -kMaxLag..kMaxLag.
constexpr int kMaxLag = 8;
/// One value per lag, starting at -kMaxLag.
using LagCurve = std::array<double, 2 * kMaxLag + 1>;

/// Mean mouth opening of each phone, learned by MotionMeter::learn_phones().
using PhoneOpenings = std::map<std::string, double>;

/// A motion clip with its speech.
struct MotionSample {
    motion::MotionClip motion;
    std::vector<float> speech;          ///< mono, speech::kSpeechRate_hz; may be empty
    std::vector<speech::Phone> phones;  ///< may be empty
    /// First frames of the windows the clip was generated in, at kMetricRate_hz; may be empty.
    std::vector<int> joints;
};

/// Metrics of one clip, or their medians over clips; NaN where the clip has no value.
///
/// Lengths are relative to the distance between the outer eye corners, taken on the mean head, so
/// that they depend on neither the person nor the camera.
struct MotionMetrics {
    static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

    // Lips: inner-lip gap while speaking, its median absolute deviation in silences of 300 ms or
    // more, and the mean over pairs of lip landmarks of the std of their distance (percent).
    double mouth_mean = kNone, mouth_std = kNone, mouth_p95 = kNone;
    double silent_lip = kNone;
    double lip_dynamics = kNone;
    // Distance of the mouth corners while speaking: its std, and its correlation with the gap.
    double width_std = kNone, gap_width_corr = kNone;
    // Head: mean angle between adjacent frames, and mean std of yaw, pitch and roll, degrees;
    // sqrt(that std x mean variance of their differences + mean variance of x, y, z in cm).
    double pose_delta = kNone, head_spread = kNone, head_motion = kNone;
    /// Mean speed of the head's rotation while talking / in pauses of 300 ms or more inside the
    /// clip, found by the speech analysis; none without pauses or without motion in them.
    double talk_pause_ratio = kNone;
    // 95th percentile of the third difference of posed landmarks, percent.
    double jerk_lips = kNone, jerk_head = kNone;
    // Eyes and brows: blinks per minute; mean over blinks of the least eye opening / mean opening;
    // std of brow height and of pupil position.
    double blinks = kNone, blink_least = kNone;
    double brow_std = kNone, gaze_std = kNone;
    // From the 5 % to the 95 % quantile: brow height; pupil position, sqrt(x^2 + y^2) of its
    // ranges.
    double brow_range = kNone, gaze_range = kNone;
    // Lid gap / eye width: mean, std, 90 % quantile.
    double lid_mean = kNone, lid_std = kNone, lid_p90 = kNone;
    // Peak of the correlation of mouth opening with the 50 ms RMS of speech; the lag is in frames,
    // positive where the mouth is late.
    double sync_offset = kNone, sync_corr = kNone;
    // By phones: share of P, B, M whose least opening (+-1 frame) is at most 15 % of the clip's
    // mean opening while speaking; mean opening in F, V relative to that mean; share of UW, OW, W
    // with more pucker and funnel than the clip's mean while speaking; lag (positive: the mouth is
    // late) and value of the peak correlation of opening with that expected from the phones.
    double closures = kNone, dental = kNone, rounding = kNone;
    double phone_offset = kNone, phone_corr = kNone;
    /// Correlation of opening with that of a reference clip, best lag within +-1 frame.
    double reference_corr = kNone;
    /// Mean third difference of posed landmarks across joints of windows / elsewhere.
    double joint_jerk = kNone;

    // Values that medians are computed from.
    LagCurve phone_curve{};   ///< correlation at each lag; all 0 without phones
    TurnSums turns;           ///< of the head
    int num_blinks = 0;       ///< in the clip
    int num_bilabials = 0;    ///< P, B, M in the clip
    int num_rounded = 0;      ///< UW, OW, W in the clip
    double duration_s = 0.0;  ///< of the clip; in medians, of all clips
};

/// One row of a table of metrics.
struct MotionMetricField {
    const char* name;  ///< key of JSON results
    double MotionMetrics::*value;
    const char* text;  ///< description with unit
    double vasa1;      ///< measured on the clips VASA-1's authors published; NaN if unknown
    double grid;       ///< measured on real speakers of the GRID corpus; NaN if unknown
};
/// All metrics, in the order of tables.
const std::vector<MotionMetricField>& motion_metric_fields();

/// Measures motion clips on the mean head. Threads may share one.
class MotionMeter {
  public:
    explicit MotionMeter(const head::HeadModel& model);
    ~MotionMeter();
    MotionMeter(MotionMeter&&) noexcept;
    MotionMeter& operator=(MotionMeter&&) noexcept;

    /// Inner-lip gap of each frame minus that of the head at rest (whose lips touch although the
    /// landmarks are 0.009 apart), relative to the outer eye corner distance, at kMetricRate_hz.
    /// @throws Error(Input) for a clip without frames.
    std::vector<double> mouth_opening(const motion::MotionClip& clip) const;

    /// What the face does, and when its speech calls for it.
    /// @throws Error(Input) for a clip without frames.
    FaceBehaviour observe(const MotionSample& sample, const BehaviourParams& params = {}) const;

    /// Mean opening per phone over clips with phones, for phones with at least three frames.
    PhoneOpenings learn_phones(const std::vector<MotionSample>& samples) const;

    /// @param phone_openings  learned from reference motion; empty = no phone_offset
    /// @param reference       motion of the same speech; null = no reference_corr
    /// @throws Error(Input) for a clip without frames.
    MotionMetrics measure(const MotionSample& sample,
                          const PhoneOpenings& phone_openings = {},
                          const motion::MotionClip* reference = nullptr) const;

  private:
    struct State;
    std::unique_ptr<const State> state_;
};

/// Medians over the clips that have a value. Blinks per minute, the talk/pause ratio and shares of
/// phones are computed over all clips together (a short clip alone gives only multiples). The phone
/// offset is the peak of the mean curve.
MotionMetrics median_metrics(const std::vector<MotionMetrics>& clips);

/// How well clips follow their controls: coefficient of determination of the clips' mean gaze
/// direction and mean distance, 1 = exactly; NaN where all clips had the same control.
struct ControlFollowing {
    double gaze_yaw_r2 = MotionMetrics::kNone;
    double gaze_pitch_r2 = MotionMetrics::kNone;
    double distance_r2 = MotionMetrics::kNone;
};

/// @param asked  one per clip
/// @param got    motion relative to the portrait's pose (zero = unmoved)
/// @throws Error(Usage) if the counts differ, Error(Input) for a clip without frames.
ControlFollowing measure_control_following(const std::vector<motion::ControlFrame>& asked,
                                           const std::vector<motion::MotionClip>& got);

}  // namespace vasa::eval
