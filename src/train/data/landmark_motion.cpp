// SPDX-License-Identifier: Apache-2.0
#include "vasa/core/error.h"
#include "vasa/core/filters.h"
#include "vasa/head/action_groups.h"
#include "vasa/train/prepare_landmarks.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace vasa::train {
namespace {

using core::Error;
using core::ErrorKind;
using head::Landmarks68;

/// A measure of a frame and the share of its shot's frames between which it is neutral.
struct NeutralRange {
    std::function<float(const Landmarks68&)> measure;
    double low, high;
};

float mean_y(const Landmarks68& lm, int first, int last) {
    float sum = 0;
    for (int i = first; i <= last; ++i) {
        sum += lm[i].y;
    }
    return sum / static_cast<float>(last - first + 1);
}

/// Height of the brows over the eyes / eye distance. The head is nearly upright in recordings.
float brow_height(const Landmarks68& lm) {
    return (mean_y(lm, 36, 47) - mean_y(lm, 17, 26)) / head::eye_distance_px(lm);
}

float mouth_width(const Landmarks68& lm) {
    return std::hypot(lm[54].x - lm[48].x, lm[54].y - lm[48].y) / head::eye_distance_px(lm);
}

const std::vector<NeutralRange>& neutral_ranges() {
    // Eyes close for a tenth of the time, so the open state lies above the middle; brows are raised
    // more than lowered, so rest lies below it. All four leave a fiftieth of the frames: a shot of
    // 15 s has about 8, one of 75 s the 40 of num_shot_frames.
    static const std::vector<NeutralRange> ranges = {{head::mouth_gap, 0.0, 0.1},
                                                     {head::lid_opening, 0.35, 0.9},
                                                     {brow_height, 0.15, 0.75},
                                                     {mouth_width, 0.2, 0.8}};
    return ranges;
}

/// Indices of a shot's neutral frames.
std::vector<std::size_t> neutral_of(const std::vector<Landmarks68>& frames) {
    std::vector<std::size_t> chosen(frames.size());
    for (std::size_t t = 0; t < frames.size(); ++t) {
        chosen[t] = t;
    }
    for (const NeutralRange& range : neutral_ranges()) {
        std::vector<float> values;
        for (const std::size_t t : chosen) {
            values.push_back(range.measure(frames[t]));
        }
        // One share is taken from what the measures before left: lips are closed first.
        const float low = core::percentile(values, range.low);
        const float high = core::percentile(values, range.high);
        std::vector<std::size_t> kept;
        for (std::size_t k = 0; k < chosen.size(); ++k) {
            if (values[k] >= low && values[k] <= high) {
                kept.push_back(chosen[k]);
            }
        }
        chosen = std::move(kept);
    }
    return chosen;
}

bool is_lid_action(head::Action action) {
    return head::is_blink_action(action) || action == head::Action::EyeWideLeft ||
           action == head::Action::EyeWideRight;
}

/// Median of the 2 half_window + 1 samples about each; fewer at the ends.
core::Track median_filtered(const core::Track& track, int half_window) {
    const int num = static_cast<int>(track.size());
    core::Track result;
    for (int t = 0; t < num; ++t) {
        const auto begin = track.begin() + std::max(0, t - half_window);
        const auto end = track.begin() + std::min(num, t + half_window + 1);
        result.push_back(core::percentile(core::Track(begin, end), 0.5));
    }
    return result;
}

void smooth(std::vector<motion::MotionFrame>& frames,
            const std::function<float&(motion::MotionFrame&)>& value_of,
            int half_window) {
    core::Track track;
    track.reserve(frames.size());
    for (motion::MotionFrame& frame : frames) {
        track.push_back(value_of(frame));
    }
    track = core::smooth_savitzky_golay(track, half_window);
    for (std::size_t t = 0; t < frames.size(); ++t) {
        value_of(frames[t]) = track[t];
    }
}

/// Lids of both eyes move together, so the mean of both is less noisy. Open lids are smoothed over
/// time, blinks stay as they are.
void smooth_lids(std::vector<motion::MotionFrame>& frames, const LandmarkMotionParams& params) {
    using head::Action;
    core::Track blink, wide;
    for (const motion::MotionFrame& frame : frames) {
        const head::Actions& a = frame.actions;
        blink.push_back((a[Action::EyeBlinkLeft] + a[Action::EyeBlinkRight]) / 2);
        wide.push_back((a[Action::EyeWideLeft] + a[Action::EyeWideRight]) / 2);
    }
    const core::Track open = core::smooth_savitzky_golay(
        median_filtered(blink, params.lid_half_window), params.lid_half_window);
    wide = core::smooth_savitzky_golay(wide, params.lid_half_window);
    core::Track excess(blink.size());
    for (std::size_t t = 0; t < blink.size(); ++t) {
        excess[t] = blink[t] - open[t];
    }
    // A blink's first and last frames are less closed than its middle.
    excess = core::sliding_max(excess, 1, 1);
    for (std::size_t t = 0; t < frames.size(); ++t) {
        const float value = excess[t] > params.min_blink ? blink[t] : open[t];
        head::Actions& a = frames[t].actions;
        a[Action::EyeBlinkLeft] = a[Action::EyeBlinkRight] = std::clamp(value, 0.0F, 1.0F);
        a[Action::EyeWideLeft] = a[Action::EyeWideRight] = std::clamp(wide[t], 0.0F, 1.0F);
    }
}

/// All actions but those of smooth_lids().
void smooth_other_actions(std::vector<motion::MotionFrame>& frames,
                          const LandmarkMotionParams& params) {
    for (int k = 0; k < head::kNumActions; ++k) {
        if (is_lid_action(static_cast<head::Action>(k))) {
            continue;
        }
        const int half_window = head::is_brow_action(static_cast<head::Action>(k))
                                    ? params.brow_half_window
                                    : params.mouth_half_window;
        const auto value = [k](motion::MotionFrame& f) -> float& { return f.actions.values[k]; };
        smooth(frames, value, half_window);
        for (motion::MotionFrame& frame : frames) {
            value(frame) = std::clamp(value(frame), 0.0F, 1.0F);
        }
    }
}

head::Camera camera_of(const LandmarkMotionParams& params) {
    params.check();
    return {params.width_px, params.focal_widths * params.width_px};
}

}  // namespace

void LandmarkMotionParams::check() const {
    fit.check();
    const bool is_good =
        width_px > 0 && height_px > 0 && height_px <= width_px && focal_widths > 0 &&
        num_neutral_frames > 0 && num_shot_frames > 0 && closed_share > 0 && closed_share < 1 &&
        max_closed_lids > 0 && lid_half_window >= 0 && min_blink > 0 && pose_half_window >= 0 &&
        distance_half_window >= 0 && brow_half_window >= 0 && mouth_half_window >= 0;
    if (!is_good) {
        throw Error(ErrorKind::Usage, "parameters of landmark motion are out of range");
    }
}

std::vector<Landmarks68> neutral_frames(const std::vector<LandmarkShot>& shots, int count) {
    std::vector<Landmarks68> all;
    for (const LandmarkShot& shot : shots) {
        for (const std::size_t t : neutral_of(shot.frames)) {
            all.push_back(shot.frames[t]);
        }
    }
    std::vector<Landmarks68> chosen;
    const auto wanted = std::min(all.size(), static_cast<std::size_t>(count));
    for (std::size_t k = 0; k < wanted; ++k) {
        chosen.push_back(all[k * all.size() / wanted]);
    }
    return chosen;
}

LandmarkMotion::LandmarkMotion(const head::HeadModel& model,
                               const std::vector<LandmarkShot>& shots,
                               const LandmarkMotionParams& params)
    : model_(model), params_(params), camera_(camera_of(params)) {
    const head::Landmark68Fitter fitter(model, camera_, params.fit);
    person_ = fitter.fit_person(centred_neutral(shots, params.num_neutral_frames));
}

std::vector<Landmarks68> LandmarkMotion::centred_neutral(const std::vector<LandmarkShot>& shots,
                                                         int count) const {
    std::vector<Landmarks68> neutral = neutral_frames(shots, count);
    for (Landmarks68& landmarks : neutral) {
        landmarks = centred(landmarks);
    }
    return neutral;
}

/// A fitter of the person as the shot shows it.
head::Landmark68Fitter LandmarkMotion::fitter_of(const LandmarkShot& shot) const {
    head::Landmark68Fitter fitter(model_, camera_, params_.fit);
    head::Landmark68Person person =
        fitter.fit_shot(person_, centred_neutral({shot}, params_.num_shot_frames));
    std::vector<float> openings;
    for (const Landmarks68& landmarks : shot.frames) {
        openings.push_back(head::lid_opening(landmarks));
    }
    const auto closed = core::percentile(std::move(openings), params_.closed_share);
    person.closed_lids = std::min(static_cast<double>(closed), params_.max_closed_lids);
    fitter.set_person(person);
    return fitter;
}

/// The camera is square: the picture's middle moves to the middle of a square of its width.
Landmarks68 LandmarkMotion::centred(const Landmarks68& landmarks) const {
    Landmarks68 result = landmarks;
    for (core::Vec2f& point : result) {
        point.y += static_cast<float>(params_.width_px - params_.height_px) / 2;
    }
    return result;
}

ShotMotion LandmarkMotion::fit(const LandmarkShot& shot,
                               const core::ProgressFn& progress,
                               const core::StopToken& stop) const {
    ShotMotion result;
    motion::MotionClip& clip = result.clip;
    const head::Landmark68Fitter fitter = fitter_of(shot);
    std::optional<head::Landmark68Fit> previous;
    for (const Landmarks68& landmarks : shot.frames) {
        stop.throw_if_stopped();
        previous = fitter.fit(centred(landmarks), previous);
        clip.frames.push_back({previous->pose, previous->actions});
        result.mean_fit_error += previous->mean_error / static_cast<double>(shot.frames.size());
        if (progress) {
            progress(static_cast<std::int64_t>(clip.frames.size()),
                     static_cast<std::int64_t>(shot.frames.size()));
        }
    }
    for (float head::Pose::*member : head::kPoseMembers) {
        smooth(
            clip.frames,
            [member](motion::MotionFrame& f) -> float& { return f.pose.*member; },
            member == &head::Pose::z_cm ? params_.distance_half_window : params_.pose_half_window);
    }
    smooth_lids(clip.frames, params_);
    smooth_other_actions(clip.frames, params_);
    clip.metadata = {{"driver", "landmarks68"},
                     {"clip", shot.clip},
                     {"shot", std::to_string(shot.index)},
                     {"mean_fit_error", std::to_string(result.mean_fit_error)}};
    return result;
}

}  // namespace vasa::train
