// SPDX-License-Identifier: Apache-2.0
#include "vasa/eval/face_behaviour.h"

#include "motion/curve_metrics.h"
#include "motion/face_events.h"
#include "statistics.h"

#include "vasa/head/actions.h"

#include <cmath>
#include <utility>

namespace vasa::eval {
namespace {

std::vector<double> sums_of(const std::vector<double>& a, const std::vector<double>& b) {
    std::vector<double> sums;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sums.push_back(a[i] + b[i]);
    }
    return sums;
}

/// Distance of each value from the median.
std::vector<double> from_median(std::vector<double> values) {
    const double median = median_of(values);
    for (double& value : values) {
        value -= median;
    }
    return values;
}

std::vector<bool> averted_frames(const FaceBehaviour& face, double averted_deg) {
    const std::vector<double> yaw_deg =
        from_median(sums_of(face.channel(FaceChannel::Yaw), face.channel(FaceChannel::GazeYaw)));
    const std::vector<double> pitch_deg = from_median(
        sums_of(face.channel(FaceChannel::Pitch), face.channel(FaceChannel::GazePitch)));
    std::vector<bool> averted;
    for (std::size_t i = 0; i < yaw_deg.size(); ++i) {
        averted.push_back(std::hypot(yaw_deg[i], pitch_deg[i]) > averted_deg);
    }
    return averted;
}

}  // namespace

FaceBehaviour observe_behaviour(const FaceCurves& curves,
                                const motion::MotionClip& clip,
                                const std::vector<float>& speech,
                                const BehaviourParams& params) {
    FaceBehaviour face;
    face.duration_s = clip.duration_s();
    const auto channel = [&](FaceChannel c) -> std::vector<double>& {
        return face.channels[static_cast<std::size_t>(c)];
    };
    for (std::size_t i = 0; i < clip.frames.size(); ++i) {
        const motion::MotionFrame& frame = clip.frames[i];
        const head::Gaze left = head::left_gaze(frame.actions),
                         right = head::right_gaze(frame.actions);
        channel(FaceChannel::Yaw).push_back(kDegrees * frame.pose.yaw_rad);
        channel(FaceChannel::Pitch).push_back(kDegrees * frame.pose.pitch_rad);
        channel(FaceChannel::Roll).push_back(kDegrees * frame.pose.roll_rad);
        channel(FaceChannel::Brow).push_back(0.5 * (curves.brow[0][i] + curves.brow[1][i]));
        channel(FaceChannel::GazeYaw).push_back(0.5 * kDegrees * (left.yaw_rad + right.yaw_rad));
        channel(FaceChannel::GazePitch)
            .push_back(0.5 * kDegrees * (left.pitch_rad + right.pitch_rad));
    }
    channel(FaceChannel::Blink).assign(clip.frames.size(), 0.0);
    for (const Blink& blink : find_blinks(curves.eye_opening)) {
        face.blinks_s.push_back(static_cast<double>(blink.begin) / kMetricRate_hz);
        for (std::size_t i = blink.begin; i < blink.end; ++i) {
            channel(FaceChannel::Blink)[i] = 1.0;
        }
    }
    face.turns_deg = turns_deg(clip);
    face.averted = averted_frames(face, params.averted_deg);
    face.nods_s = find_nods(face.channel(FaceChannel::Pitch), params);
    face.raises_s = find_raises(face.channel(FaceChannel::Brow), params);
    if (!speech.empty()) {
        const speech::SpeechTraits traits = speech::analyse_speech(speech);
        speech::SpeechEvents events = speech::find_events(traits, params.events, params.runs);
        face.runs = std::move(events.runs);
        for (const speech::Stress& stress : events.stresses) {
            face.stresses_s.push_back(stress.time_s);
        }
    }
    return face;
}

}  // namespace vasa::eval
