// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/rational.h"
#include "vasa/head/actions.h"
#include "vasa/head/pose.h"
#include "vasa/head/tongue.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace vasa::motion {

/// Frame rate of motion inside the program: network, training data, synthesiser and speech
/// features. Clips are resampled to the video's rate.
constexpr int kMotionRate_hz = 25;

/// Pose, actions and tongue of one moment.
struct MotionFrame {
    head::Pose pose;
    head::Actions actions;
    head::Tongue tongue = {};
};

/// Motion over time: one frame every 1/fps seconds, frame i at i/fps.
struct MotionClip {
    core::Rational fps{kMotionRate_hz, 1};
    std::vector<MotionFrame> frames;
    /// Free-form facts about the clip's origin ("driver", "seed", ...), kept in files. The key
    /// "fps" is reserved.
    std::map<std::string, std::string> metadata;

    double duration_s() const { return static_cast<double>(frames.size()) / fps.value(); }
};

/// Reads a motion file by its extension: .csv (Live Link Face columns) or .safetensors.
///
/// CSV: header `Timecode,BlendShapeCount,EyeBlinkLeft,...,TongueOut,HeadYaw,HeadPitch,HeadRoll` in
/// any order, and optionally `HeadX,HeadY,HeadZ` (cm), `TongueTip,TongueBlade` (0..1) and the eye
/// columns of Live Link Face (ignored: EyeLook* holds the gaze). Angles in radians: HeadYaw =
/// yaw_rad, HeadPitch = pitch_rad, HeadRoll = -roll_rad (as a camera opposite the face sees it, not
/// a mirror). Files of this program begin with `# vasa motion 1, fps=25/1`, followed by metadata as
/// `# key=value`; a first line `# fps=25` also gives the rate. Without either, the rate is derived
/// from the frame numbers in the timecode (HH:MM:SS:FF.sub, at least one full second), and skipped
/// moments are filled linearly.
///
/// safetensors: `pose` [T, 6] f32 (yaw, pitch, roll, x, y, z), `actions` [T, 52] f32 in ARKit's
/// order; optionally `tongue` [T, 2] f32 (tip, blade, 0..1); metadata `format_version`, `fps`,
/// `names`, and the clip's own metadata as `meta.<key>`.
///
/// Actions and tongue values up to 0.1 outside [0, 1] are clamped. Values of the tongue that a file
/// does not have are 0; files of clips whose tongue never moves do not have them.
/// @throws Error(Input), for CSV with line and column, for missing or unknown columns, NaN, values
///         that are not numbers or out of range, files of another version, and files of more than
///         1 GiB or 10 million frames. Error(Usage) for other extensions.
MotionClip load_motion(const std::string& path);

/// Writes by extension, atomically. @throws Error(Output), also for values that load_motion() would
/// refuse; Error(Usage) for other extensions.
void save_motion(const std::string& path, const MotionClip& clip, bool overwrite);

/// load_motion() for the bytes of a CSV file. @param name  of the file, for messages
MotionClip parse_motion_csv(const std::string& text, const std::string& name);
/// Text that save_motion() writes to a .csv file.
std::string format_motion_csv(const MotionClip& clip);

/// The clip at another frame rate, `num_frames` long: Catmull-Rom between frames (values stay
/// within the range of their neighbours; angles go the short way round), the last frame held at the
/// end.
/// @throws Error(Input) for a clip without frames, unless num_frames is 0.
MotionClip resample_motion(const MotionClip& clip, const core::Rational& fps, int num_frames);

/// Frame i of resample_motion().
/// @throws Error(Input) for a clip without frames
MotionFrame resampled_frame(const MotionClip& clip, const core::Rational& fps, std::int64_t i);

/// Number of frames of a clip at `from` that determine frame i of that clip resampled to `to`, if
/// the clip has more.
std::int64_t frames_resampled(const core::Rational& from, const core::Rational& to, std::int64_t i);

/// The clip cut or extended to `num_frames` at its own rate: a clip that is too short holds its
/// last frame or, with `loop`, plays backwards and forwards in turn, so that no jump shows.
/// @throws Error(Input) for a clip without frames, unless num_frames is 0.
MotionClip extend_motion(const MotionClip& clip, int num_frames, bool loop);

/// Largest RetargetOptions::motion_scale.
constexpr float kMaxMotionScale = 3.0F;

/// Options for transferring motion to a portrait.
struct RetargetOptions {
    /// Multiplies pose and expression differences from the clip's first frame; 1 = as recorded,
    /// 0..kMaxMotionScale. Blinks are complete or absent, so eyeBlink* is not scaled.
    float motion_scale = 1.0F;
    /// Repeats a clip that is too short (forwards and backwards, so that no jump shows). Used by
    /// callers that know the length: see extend_motion().
    bool loop = false;

    void check() const;  ///< @throws Error(Usage)
};

/// Motion of another head, relative to a portrait.
///
/// Pose differences from the clip's first frame are applied to the source pose: with the clip's
/// rotations R_t, (R_t R_0^-1)^scale R_source; translation differences are multiplied by scale and
/// the ratio of the distances from the camera (1 where either has none, as in relative motion).
/// Actions replace the portrait's own, stretched so that the clip's rest (its 10th percentile per
/// action, at most 0.5) maps to 0 and 1 stays 1.
MotionClip retarget_motion(const MotionClip& clip,
                           const MotionFrame& source,
                           const RetargetOptions& options);

}  // namespace vasa::motion
