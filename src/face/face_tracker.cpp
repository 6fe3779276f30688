// SPDX-License-Identifier: Apache-2.0
#include "portrait_crop.h"

#include "vasa/core/error.h"
#include "vasa/face/face_encoder.h"
#include "vasa/vision/face_detector.h"
#include "vasa/vision/face_landmarker.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace vasa::face {
namespace {

using core::Error;
using core::ErrorKind;

/// Below this logit the landmark network no longer sees a face.
constexpr float kLostFlag = 0.0F;

}  // namespace

struct FaceTracker::State {
    head::HeadModel model;
    vision::FaceDetector detector;
    vision::FaceLandmarker landmarker;
    FaceTrackerOptions options;
    head::Camera camera = head::default_camera(head::kFrameSize_px);

    bool settled = false;
    core::Affine2 crop_from_image;
    std::vector<float> identity;
    std::optional<vision::FaceLandmarks> previous;
    std::optional<head::LandmarkFit> previous_fit;

    State(const std::string& model_dir, const FaceTrackerOptions& o)
        : model(head::HeadModel::load(model_dir + "/head_model.safetensors")),
          detector(model_dir + "/vision"),
          landmarker(model_dir + "/vision"),
          options(o) {}

    std::optional<vision::FaceLandmarks> find(const core::ImageU8& rgb) {
        if (previous) {
            vision::FaceLandmarks next =
                landmarker.detect(rgb, vision::roi_from_landmarks(*previous));
            if (next.face_flag > kLostFlag && next.eye_distance() >= 4.0F) {
                return next;
            }
        }
        const std::vector<vision::FaceDetection> faces = detector.detect(rgb);
        if (faces.empty()) {
            return std::nullopt;
        }
        vision::FaceLandmarks found = landmarker.detect(rgb, vision::roi_from_detection(faces[0]));
        found = landmarker.detect(rgb, vision::roi_from_landmarks(found));
        if (found.face_flag <= kLostFlag || found.eye_distance() < 4.0F) {
            return std::nullopt;
        }
        return found;
    }

    std::array<core::Vec2f, 478> in_crop(const vision::FaceLandmarks& landmarks) const {
        std::array<core::Vec2f, 478> out{};
        for (int i = 0; i < vision::kNumLandmarks; ++i) {
            out[i] = crop_from_image(landmarks.points[i].x, landmarks.points[i].y);
        }
        return out;
    }
};

void FaceTrackerOptions::check() const {
    fit.check();
    if (num_identity_frames < 1 || num_identity_frames > 1000 || smoothness < 0 ||
        smoothness > 100) {
        throw Error(ErrorKind::Usage, "tracker options out of range");
    }
}

FaceTracker::FaceTracker(const std::string& model_dir, const FaceTrackerOptions& options) {
    options.check();
    state_ = std::make_unique<State>(model_dir, options);
}

FaceTracker::~FaceTracker() = default;

void FaceTracker::settle(const std::vector<core::ImageU8>& frames, const std::string& name) {
    State& s = *state_;
    std::vector<vision::FaceLandmarks> found;
    for (const core::ImageU8& frame : frames) {
        s.previous.reset();
        if (auto landmarks = s.find(frame)) {
            found.push_back(*landmarks);
        }
    }
    s.previous.reset();
    if (found.empty()) {
        throw Error(ErrorKind::Input, "no face found in '" + name + "'");
    }
    // The crop of the middle-sized face serves all frames: the camera stands still.
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return a.eye_distance() < b.eye_distance();
    });
    s.crop_from_image = choose_crop(frames[0], found[found.size() / 2]).crop_from_image;
    s.identity.assign(s.options.fit.num_identity, 0.0F);
    double total = 0;
    for (const vision::FaceLandmarks& landmarks : found) {
        const head::LandmarkFit fit =
            head::fit_landmarks(s.model, s.camera, s.in_crop(landmarks), s.options.fit);
        const double weight = 1.0 / (1e-3 + fit.inner_error);
        total += weight;
        for (std::size_t k = 0; k < fit.identity.size() && k < s.identity.size(); ++k) {
            s.identity[k] += static_cast<float>(weight * fit.identity[k]);
        }
    }
    for (float& c : s.identity) {
        c = static_cast<float>(c / total);
    }
    s.settled = true;
}

TrackedFrame FaceTracker::track(const core::ImageU8& rgb) {
    State& s = *state_;
    if (!s.settled) {
        throw Error(ErrorKind::Internal, "face tracker used before it was settled");
    }
    TrackedFrame out;
    s.previous = s.find(rgb);
    if (!s.previous) {
        s.previous_fit.reset();
        return out;
    }
    const auto landmarks = s.in_crop(*s.previous);
    head::LandmarkFitStart start;
    if (s.previous_fit) {
        start.pose = s.previous_fit->pose;
        start.actions = s.previous_fit->actions;
        start.pose_prior = 0.5 * s.options.smoothness;
        start.action_prior = 1.0 * s.options.smoothness;
    } else {
        start.pose = head::fit_landmarks(s.model, s.camera, landmarks, s.options.fit).pose;
    }
    start.identity = s.identity;
    start.hold_identity = true;
    const head::LandmarkFit fit =
        head::fit_landmarks(s.model, s.camera, landmarks, s.options.fit, start);
    s.previous_fit = fit;
    out.found = true;
    out.pose = fit.pose;
    out.actions = fit.actions;
    out.fit_error = static_cast<float>(fit.inner_error);
    out.face_flag = s.previous->face_flag;
    return out;
}

namespace {

/// Values of one channel over time, smoothed by a quadratic least-squares window.
/// Source: Savitzky and Golay (1964).
void savitzky_golay(std::vector<float>& values, int half_window) {
    const auto n = static_cast<int>(values.size());
    const int m = half_window;
    std::vector<double> weight(2 * m + 1);
    double total = 0;
    for (int i = -m; i <= m; ++i) {
        weight[i + m] = 3.0 * (3.0 * m * m + 3.0 * m - 1 - 5.0 * i * i);
        total += weight[i + m];
    }
    const std::vector<float> in = values;
    for (int t = 0; t < n; ++t) {
        double sum = 0;
        for (int i = -m; i <= m; ++i) {
            sum += weight[i + m] * in[std::clamp(t + i, 0, n - 1)];
        }
        values[t] = static_cast<float>(sum / total);
    }
}

void fill_lost(std::vector<TrackedFrame>& frames) {
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

}  // namespace

void smooth_motion(std::vector<TrackedFrame>& frames) {
    if (frames.size() < 5) {
        fill_lost(frames);
        return;
    }
    fill_lost(frames);
    std::vector<float> channel(frames.size());
    const auto smooth = [&](auto&& value_of, int half_window, bool unit) {
        for (std::size_t t = 0; t < frames.size(); ++t) {
            channel[t] = value_of(frames[t]);
        }
        savitzky_golay(channel, half_window);
        for (std::size_t t = 0; t < frames.size(); ++t) {
            value_of(frames[t]) = unit ? std::clamp(channel[t], 0.0F, 1.0F) : channel[t];
        }
    };
    for (float head::Pose::*member : {&head::Pose::yaw_rad,
                                      &head::Pose::pitch_rad,
                                      &head::Pose::roll_rad,
                                      &head::Pose::x_cm,
                                      &head::Pose::y_cm,
                                      &head::Pose::z_cm}) {
        smooth([member](TrackedFrame& f) -> float& { return f.pose.*member; }, 4, false);
    }
    for (int k = 0; k < head::kNumActions; ++k) {
        const std::string_view name = head::action_name(static_cast<head::Action>(k));
        const bool quick = name.substr(0, 8) == "eyeBlink";
        smooth([k](TrackedFrame& f) -> float& { return f.actions.values[k]; }, quick ? 1 : 2, true);
    }
}

}  // namespace vasa::face
