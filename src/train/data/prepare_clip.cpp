// SPDX-License-Identifier: Apache-2.0
#include "data/prepare_clip.h"

#include "vasa/core/error.h"
#include "vasa/core/hash.h"
#include "vasa/core/rng.h"
#include "vasa/head/action_groups.h"
#include "vasa/speech/speech_rate.h"
#include "vasa/train/prepare.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace vasa::train {
namespace {

using motion::kMotionRate_hz;

constexpr int kSamplesPerFrame = speech::kSpeechRate_hz / kMotionRate_hz;
constexpr float kPi = 3.14159265F;
constexpr float kMaxAngle_rad = 3.14F;
constexpr float kMaxShift_cm = 500.0F;
constexpr double kRestPercentile = 0.1;
/// Brows and lids of silent recordings move both ways about their rest.
constexpr double kSilentRestPercentile = 0.5;
/// Frames below this share of the loud frames' level are quiet.
constexpr float kQuietShare = 0.1F;
constexpr int kMinQuiet_frames = 10;
constexpr int kGazeHalfWindow = kMotionRate_hz;  ///< two seconds in total

/// The value below which `share` of the values lie.
float percentile(std::vector<float> values, double share) {
    const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + at, values.end());
    return values[static_cast<std::size_t>(at)];
}

/// Root mean square of the speech of each frame.
std::vector<float> loudness(const std::vector<float>& speech, int num_frames) {
    std::vector<float> result(static_cast<std::size_t>(num_frames));
    for (int t = 0; t < num_frames; ++t) {
        const std::size_t begin = static_cast<std::size_t>(t) * kSamplesPerFrame;
        const std::size_t end = std::min(begin + kSamplesPerFrame, speech.size());
        double sum = 0;
        for (std::size_t i = begin; i < end; ++i) {
            sum += static_cast<double>(speech[i]) * speech[i];
        }
        result[static_cast<std::size_t>(t)] =
            end > begin ? static_cast<float>(std::sqrt(sum / static_cast<double>(end - begin)))
                        : 0.0F;
    }
    return result;
}

std::vector<std::size_t> rest_frames(const std::vector<float>& level) {
    const float threshold = kQuietShare * percentile(level, 0.95);
    std::vector<std::size_t> frames;
    for (std::size_t t = 0; t < level.size(); ++t) {
        if (level[t] <= threshold) {
            frames.push_back(t);
        }
    }
    if (frames.size() < kMinQuiet_frames) {
        frames.resize(level.size());
        for (std::size_t t = 0; t < level.size(); ++t) {
            frames[t] = t;
        }
    }
    return frames;
}

/// `read` of every frame, as a channel.
template <typename Read>
std::vector<float> channel(const std::vector<motion::MotionFrame>& frames, const Read& read) {
    std::vector<float> values;
    values.reserve(frames.size());
    for (const motion::MotionFrame& frame : frames) {
        values.push_back(read(frame));
    }
    return values;
}

void center_poses(std::vector<motion::MotionFrame>& frames) {
    for (float head::Pose::*angle :
         {&head::Pose::yaw_rad, &head::Pose::pitch_rad, &head::Pose::roll_rad}) {
        const float middle =
            percentile(channel(frames, [angle](const auto& f) { return f.pose.*angle; }), 0.5);
        for (motion::MotionFrame& frame : frames) {
            frame.pose.*angle = std::clamp(std::remainder(frame.pose.*angle - middle, 2.0F * kPi),
                                           -kMaxAngle_rad,
                                           kMaxAngle_rad);
        }
    }
    for (float head::Pose::*shift : {&head::Pose::x_cm, &head::Pose::y_cm, &head::Pose::z_cm}) {
        const float middle =
            percentile(channel(frames, [shift](const auto& f) { return f.pose.*shift; }), 0.5);
        for (motion::MotionFrame& frame : frames) {
            frame.pose.*shift = std::clamp(frame.pose.*shift - middle, -kMaxShift_cm, kMaxShift_cm);
        }
    }
}

void subtract_rest(std::vector<motion::MotionFrame>& frames,
                   const std::vector<std::size_t>& quiet,
                   double rest_percentile) {
    for (std::size_t k = 0; k < head::kNumActions; ++k) {
        std::vector<float> values;
        for (const std::size_t t : quiet) {
            values.push_back(frames[t].actions.values[k]);
        }
        const float rest = percentile(std::move(values), rest_percentile);
        for (motion::MotionFrame& frame : frames) {
            frame.actions.values[k] = std::clamp(frame.actions.values[k] - rest, 0.0F, 1.0F);
        }
    }
}

using GazeOf = head::Gaze (*)(const head::Actions&);

/// Directions of an eye, relative to their median.
std::vector<head::Gaze> centered_gaze(const std::vector<motion::MotionFrame>& frames, GazeOf of) {
    const float yaw =
        percentile(channel(frames, [of](const auto& f) { return of(f.actions).yaw_rad; }), 0.5);
    const float pitch =
        percentile(channel(frames, [of](const auto& f) { return of(f.actions).pitch_rad; }), 0.5);
    std::vector<head::Gaze> result;
    for (const motion::MotionFrame& frame : frames) {
        const head::Gaze gaze = of(frame.actions);
        result.push_back({gaze.yaw_rad - yaw, gaze.pitch_rad - pitch});
    }
    return result;
}

float median_around(const std::vector<float>& values, std::size_t t) {
    const std::size_t begin = t > kGazeHalfWindow ? t - kGazeHalfWindow : 0;
    const std::size_t end = std::min(t + kGazeHalfWindow + 1, values.size());
    return percentile({values.begin() + static_cast<std::ptrdiff_t>(begin),
                       values.begin() + static_cast<std::ptrdiff_t>(end)},
                      0.5);
}

void append_frame(std::vector<float>& motion, const motion::MotionFrame& frame) {
    const auto pose = head::pose_values(frame.pose);
    motion.insert(motion.end(), pose.begin(), pose.end());
    motion.insert(motion.end(), frame.actions.values.begin(), frame.actions.values.end());
}

void append_control(std::vector<float>& controls, const motion::ControlFrame& control) {
    controls.insert(controls.end(),
                    {control.gaze.yaw_rad, control.gaze.pitch_rad, control.distance});
    controls.insert(controls.end(), control.emotion.begin(), control.emotion.end());
}

}  // namespace

ShardMotion motion_of_recording(const motion::MotionClip& clip, const std::vector<float>& speech) {
    const auto speech_frames =
        static_cast<int>((speech.size() + kSamplesPerFrame - 1) / kSamplesPerFrame);
    const auto motion_frames = static_cast<int>(std::llround(clip.duration_s() * kMotionRate_hz));
    const int num_frames = std::min(speech_frames, motion_frames);
    if (num_frames < 1) {
        return {};
    }
    std::vector<motion::MotionFrame> frames =
        motion::resample_motion(clip, {kMotionRate_hz, 1}, num_frames).frames;
    const std::vector<head::Gaze> left = centered_gaze(frames, head::left_gaze);
    const std::vector<head::Gaze> right = centered_gaze(frames, head::right_gaze);
    center_poses(frames);
    subtract_rest(frames, rest_frames(loudness(speech, num_frames)), kRestPercentile);
    std::vector<float> yaw, pitch;
    for (std::size_t t = 0; t < frames.size(); ++t) {
        head::set_gaze(frames[t].actions, left[t], right[t]);
        yaw.push_back(0.5F * (left[t].yaw_rad + right[t].yaw_rad));
        pitch.push_back(0.5F * (left[t].pitch_rad + right[t].pitch_rad));
    }
    ShardMotion result;
    for (std::size_t t = 0; t < frames.size(); ++t) {
        motion::ControlFrame control;
        control.gaze = {median_around(yaw, t), median_around(pitch, t)};
        append_frame(result.motion, frames[t]);
        append_control(result.controls, control);
    }
    return result;
}

ShardMotion motion_of_silent(std::vector<motion::MotionFrame> frames) {
    std::vector<std::size_t> all(frames.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    center_poses(frames);
    subtract_rest(frames, all, kSilentRestPercentile);
    ShardMotion result;
    for (motion::MotionFrame& frame : frames) {
        for (int k = 0; k < head::kNumActions; ++k) {
            const auto action = static_cast<head::Action>(k);
            if (head::is_speech_action(action) || head::is_gaze_action(action)) {
                frame.actions[action] = 0.0F;
            }
        }
        append_frame(result.motion, frame);
        append_control(result.controls, {});
    }
    return result;
}

ShardMotion motion_of_take(const motion::MotionClip& clip, const motion::ControlFrame& control) {
    ShardMotion result;
    for (motion::MotionFrame frame : clip.frames) {
        for (float& value : frame.actions.values) {
            value = std::clamp(value, 0.0F, 1.0F);
        }
        append_frame(result.motion, frame);
        append_control(result.controls, control);
        for (float head::Tongue::*member : head::kTongueMembers) {
            result.tongue.push_back(std::clamp(frame.tongue.*member, 0.0F, 1.0F));
        }
    }
    return result;
}

drive::SynthesiserOptions sample_take(const std::string& name, int take, std::uint64_t seed) {
    const std::string key = std::to_string(seed) + '\n' + std::to_string(take) + '\n' + name;
    core::Rng rng(std::stoull(core::sha256_text(key).substr(0, 16), nullptr, 16));
    constexpr double degree = 3.14159265358979 / 180.0;
    drive::SynthesiserOptions options;
    options.seed = rng.next_u64();
    const double yaw = rng.uniform(-25.0, 25.0), pitch = rng.uniform(-15.0, 15.0);
    if (rng.uniform() >= 0.4) {
        options.gaze = {static_cast<float>(yaw * degree), static_cast<float>(pitch * degree)};
    }
    const double distance = std::clamp(std::exp(0.12 * rng.normal()), 0.8, 1.3);
    if (rng.uniform() >= 0.5) {
        options.distance = static_cast<float>(distance);
    }
    options.amplitude = static_cast<float>(rng.uniform(0.85, 1.15));
    return options;
}

motion::ControlFrame control_of_take(const drive::SynthesiserOptions& take) {
    motion::ControlFrame control;
    control.gaze = take.gaze;
    control.distance = take.distance;
    control.emotion = take.emotion;
    return control;
}

}  // namespace vasa::train
