// SPDX-License-Identifier: Apache-2.0
#include "track/fill_missing.h"

#include "vasa/core/error.h"
#include "vasa/core/filters.h"
#include "vasa/face/face_encoder.h"
#include "vasa/head/action_groups.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace vasa::face {

void fill_missing(std::vector<TrackedFrame>& frames) {
    const auto n = static_cast<int>(frames.size());
    for (int t = 0; t < n; ++t) {
        if (frames[t].found) {
            continue;
        }
        int before = t - 1, after = t + 1;
        while (after < n && !frames[after].found) {
            ++after;
        }
        if (before >= 0 && after < n) {
            const float w = 1.0F / static_cast<float>(after - before);
            const auto mix = [w](float a, float b) { return a + w * (b - a); };
            const TrackedFrame &a = frames[before], &b = frames[after];
            frames[t].pose = {mix(a.pose.yaw_rad, b.pose.yaw_rad),
                              mix(a.pose.pitch_rad, b.pose.pitch_rad),
                              mix(a.pose.roll_rad, b.pose.roll_rad),
                              mix(a.pose.x_cm, b.pose.x_cm),
                              mix(a.pose.y_cm, b.pose.y_cm),
                              mix(a.pose.z_cm, b.pose.z_cm)};
            for (int k = 0; k < head::kNumActions; ++k) {
                frames[t].actions.values[k] = mix(a.actions.values[k], b.actions.values[k]);
            }
        } else if (before >= 0 || after < n) {
            const TrackedFrame& other = frames[before >= 0 ? before : after];
            frames[t].pose = other.pose;
            frames[t].actions = other.actions;
        }
    }
}

void smooth_motion(std::vector<TrackedFrame>& frames, double fps) {
    if (!(fps >= 1 && fps <= 1000)) {
        throw core::Error(core::ErrorKind::Usage,
                          "frame rate is " + std::to_string(fps) + ", expected 1..1000");
    }
    fill_missing(frames);
    // Windows are given for 25 Hz. A parabola fits three frames exactly: no smoothing.
    const auto window = [fps](double half_window_25hz) {
        return std::max(1, static_cast<int>(std::lround(half_window_25hz * fps / 25)));
    };
    core::Track channel(frames.size());
    const auto smooth = [&](auto&& value_of, int half_window, bool unit) {
        for (std::size_t t = 0; t < frames.size(); ++t) {
            channel[t] = value_of(frames[t]);
        }
        channel = core::smooth_savitzky_golay(channel, half_window);
        for (std::size_t t = 0; t < frames.size(); ++t) {
            value_of(frames[t]) = unit ? std::clamp(channel[t], 0.0F, 1.0F) : channel[t];
        }
    };
    for (float head::Pose::*member : head::kPoseMembers) {
        smooth([member](TrackedFrame& f) -> float& { return f.pose.*member; }, window(4), false);
    }
    for (int k = 0; k < head::kNumActions; ++k) {
        const bool quick = head::is_blink_action(static_cast<head::Action>(k));
        smooth([k](TrackedFrame& f) -> float& { return f.actions.values[k]; },
               window(quick ? 1 : 2),
               true);
    }
}

}  // namespace vasa::face
