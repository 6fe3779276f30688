// SPDX-License-Identifier: Apache-2.0
#include "portrait_crop.h"

#include "vasa/core/error.h"
#include "vasa/face/face_encoder.h"
#include "vasa/models/model_files.h"
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
/// Closer eyes carry no face, pixels of the image or the crop.
constexpr float kMinEyes_px = 4.0F;

/// Drops faces of another size than most: another person, or a picture on the wall.
void keep_like_sized(std::vector<vision::FaceLandmarks>& faces) {
    std::sort(faces.begin(), faces.end(), [](const auto& a, const auto& b) {
        return a.eye_distance() < b.eye_distance();
    });
    const float middle = faces[faces.size() / 2].eye_distance();
    faces.erase(std::remove_if(faces.begin(),
                               faces.end(),
                               [middle](const vision::FaceLandmarks& f) {
                                   return f.eye_distance() < 0.6F * middle ||
                                          f.eye_distance() > 1.6F * middle;
                               }),
                faces.end());
}

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
        : model(head::HeadModel::load(model_dir + "/" + models::kHeadModelFile)),
          detector(model_dir + "/vision"),
          landmarker(model_dir + "/vision"),
          options(o) {}

    std::optional<vision::FaceLandmarks> find(const core::ImageU8& rgb) {
        if (previous) {
            vision::FaceLandmarks next =
                landmarker.detect(rgb, vision::roi_from_landmarks(*previous));
            if (next.face_flag > kLostFlag && next.eye_distance() >= kMinEyes_px) {
                return next;
            }
        }
        const std::vector<vision::FaceDetection> faces = detector.detect(rgb);
        if (faces.empty()) {
            return std::nullopt;
        }
        vision::FaceLandmarks found = landmarker.detect(rgb, vision::roi_from_detection(faces[0]));
        found = landmarker.detect(rgb, vision::roi_from_landmarks(found));
        if (found.face_flag <= kLostFlag || found.eye_distance() < kMinEyes_px) {
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
    if (num_identity_frames < 1 || num_identity_frames > 1000 ||
        !(smoothness >= 0 && smoothness <= 100)) {
        throw Error(ErrorKind::Usage,
                    "tracker option out of range: " + std::to_string(num_identity_frames) +
                        " identity frames, expected 1..1000; smoothness " +
                        std::to_string(smoothness) + ", expected 0..100");
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
    keep_like_sized(found);
    // One crop serves all frames: the camera stands still.
    s.crop_from_image = choose_crop(frames[0], found).crop_from_image;
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

std::optional<vision::FaceLandmarks> FaceTracker::locate(const core::ImageU8& rgb) {
    State& s = *state_;
    if (!s.settled) {
        throw Error(ErrorKind::Internal, "face tracker used before it was settled");
    }
    s.previous = s.find(rgb);
    if (s.previous) {
        const auto corner = [&](int i) {
            return s.crop_from_image(s.previous->points[i].x, s.previous->points[i].y);
        };
        const core::Vec2f right = corner(33), left = corner(263);
        if (std::hypot(right.x - left.x, right.y - left.y) <
            kMinEyes_px) {  // much smaller than the settled face: not this person
            s.previous.reset();
        }
    }
    return s.previous;
}

TrackedFrame FaceTracker::fit(const std::optional<vision::FaceLandmarks>& found) {
    State& s = *state_;
    TrackedFrame out;
    if (!found) {
        s.previous_fit.reset();
        return out;
    }
    const auto landmarks = s.in_crop(*found);
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
    out.face_flag = found->face_flag;
    for (int i = 0; i < vision::kNumLandmarks; ++i) {
        out.landmarks[i] = {found->points[i].x, found->points[i].y};
    }
    return out;
}

TrackedFrame FaceTracker::track(const core::ImageU8& rgb) {
    return fit(locate(rgb));
}

const std::vector<float>& FaceTracker::identity() const {
    return state_->identity;
}

}  // namespace vasa::face
