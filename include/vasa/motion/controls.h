// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/export.h"
#include "vasa/head/actions.h"
#include "vasa/motion/emotion.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vasa::motion {

/// Controls of generated motion at one moment.
struct ControlFrame {
    head::Gaze gaze;                   ///< main direction of the eyes, 0 = into the camera
    float distance = 1.0F;             ///< of the head, 1 = as in the portrait, 0.5..2
    EmotionMix emotion{};              ///< 0..1 each
    float amplitude = 1.0F;            ///< of mouth motion, 0..3
    float head_motion = 1.0F;          ///< of head motion, 0..3 times the emotion's factor
    float expression = 1.0F;           ///< of brows, lids and cheeks, 0..3
    float blink_rate_per_min = 20.0F;  ///< 0..60 times the emotion's factor
    float cfg_audio = 0.5F;            ///< guidance by speech (lambda_A of VASA-1, eq. 2), 0..5
    /// Guidance by gaze (lambda_g), 0..5. The network follows the gaze exactly; more than 0 makes
    /// it overshoot.
    float cfg_gaze = 0.0F;
};

enum class Interpolation { Linear, Smooth };

struct Keyframe {
    double time_s = 0.0;
    float value = 0.0F;
    Interpolation to_next = Interpolation::Linear;
};

/// A value over time: held before the first keyframe and after the last.
class VASA_API ControlCurve {
  public:
    ControlCurve() = default;
    explicit ControlCurve(float constant);
    /// @param keyframes  at least one, ascending in time, finite. @throws Error(Usage)
    explicit ControlCurve(std::vector<Keyframe> keyframes);

    /// @param time_s  any
    float at(double time_s) const;
    const std::vector<Keyframe>& keyframes() const { return keyframes_; }
    /// Extremes of the keyframes.
    float min() const;
    float max() const;

  private:
    std::vector<Keyframe> keyframes_{Keyframe{}};
};

/// Controls of generated motion, as curves over the clip.
class VASA_API Controls {
  public:
    /// Every control at its default, constant.
    Controls();

    /// Names a control file may use: "gaze_yaw", "gaze_pitch" (degrees), "distance", the emotions'
    /// names (strength 0..1), "amplitude", "head_motion", "expression", "blink_rate", "cfg_audio",
    /// "cfg_gaze".
    static const std::vector<std::string>& names();

    /// Least and greatest value of a control. @throws Error(Usage) for an unknown name
    static std::pair<float, float> range(std::string_view name);

    /// Replaces a curve. @throws Error(Usage) for an unknown name or values out of range.
    void set(std::string_view name, ControlCurve curve);
    /// Sets every emotion but the named one to strength 0. Text: "happy", "happy:0.7" or "neutral".
    /// @throws Error(Usage)
    void set_emotion(const std::string& text);

    /// @throws Error(Usage) for an unknown name
    const ControlCurve& curve(std::string_view name) const;

    /// The values at a moment. Head motion and blink rate are those asked for times the factors of
    /// emotion_effect().
    ControlFrame at(double time_s) const;

  private:
    std::vector<ControlCurve> curves_;  ///< in the order of names()
};

/// Reads a control file (.json or .csv, by content) over `base`; unnamed curves are unchanged.
/// @throws Error(Input) with line and column for unknown, unordered, non-finite or out-of-range
///         entries.
VASA_API Controls load_controls(const std::string& path, const Controls& base);

}  // namespace vasa::motion
