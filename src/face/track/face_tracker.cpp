// SPDX-License-Identifier: Apache-2.0
#include "portrait_crop.h"

#include "vasa/core/error.h"
#include "vasa/face/face_encoder.h"
#include "vasa/head/face_measures.h"
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
/// Eyes closer than this are not a face; pixels of the image or the crop.
constexpr float kMinEyes_px = 4.0F;

/// A face at least this part of the longer side is found in the whole image, upright.
constexpr float kLargeFace = 0.1F;
/// A person who is found only by the thorough search is searched for so once in as many frames.
constexpr int kThoroughSearch_frames = 12;

/// Drops faces whose size differs from most: another person, or a picture on the wall.
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
          detector(models::vision_dir(model_dir)),
          landmarker(models::vision_dir(model_dir)),
          options(o) {}

    /// Whether the person was found only by the thorough search: small, turned or lying.
    bool is_hard_to_find = false;
    int num_lost = 0;  ///< frames since the face was seen

    /// Searches a whole frame. @param thorough  also for small, turned and lying faces, which takes
    /// seconds where there is none
    std::optional<vision::FaceLandmarks> search(const core::ImageU8& rgb, bool thorough) {
        vision::FaceDetectorOptions how;
        how.try_rotations = how.try_small = thorough;
        const std::vector<vision::FaceDetection> faces = detector.detect(rgb, how);
        const float least =
            thorough ? 0.0F : kLargeFace * static_cast<float>(std::max(rgb.width, rgb.height));
        if (faces.empty() || faces[0].size() < least) {
            return std::nullopt;
        }
        vision::FaceLandmarks found = landmarker.detect(rgb, vision::roi_from_detection(faces[0]));
        found = landmarker.detect(rgb, vision::roi_from_landmarks(found));
        if (found.face_flag <= kLostFlag || found.eye_distance() < kMinEyes_px) {
            return std::nullopt;
        }
        return found;
    }

    /// Faces of frames spread over the video. The thorough search follows only if the quick one
    /// fails in most: people may be out of the picture for a while.
    std::vector<vision::FaceLandmarks> search_all(const std::vector<core::ImageU8>& frames) {
        std::vector<vision::FaceLandmarks> found;
        for (const bool thorough : {false, true}) {
            found.clear();
            for (const core::ImageU8& frame : frames) {
                if (const auto landmarks = search(frame, thorough)) {
                    found.push_back(*landmarks);
                }
            }
            is_hard_to_find = thorough;
            if (4 * found.size() > frames.size()) {
                break;
            }
        }
        return found;
    }

    std::optional<vision::FaceLandmarks> find(const core::ImageU8& rgb) {
        if (previous) {
            vision::FaceLandmarks next =
                landmarker.detect(rgb, vision::roi_from_landmarks(*previous));
            if (next.face_flag > kLostFlag && next.eye_distance() >= kMinEyes_px) {
                num_lost = 0;
                return next;
            }
        }
        if (const auto found = search(rgb, false)) {
            num_lost = 0;
            return found;
        }
        const bool is_turn = num_lost++ % kThoroughSearch_frames == 0;
        return is_hard_to_find && is_turn ? search(rgb, true) : std::nullopt;
    }

    head::Landmarks in_crop(const vision::FaceLandmarks& landmarks) const {
        head::Landmarks out{};
        for (int i = 0; i < head::kNumLandmarks; ++i) {
            out[i] = crop_from_image(landmarks.points[i].x, landmarks.points[i].y);
        }
        return out;
    }

    /// The settled person's fit, from the previous frame if there is one; nothing if landmarks
    /// cannot be fitted.
    std::optional<head::LandmarkFit> try_fit(const head::Landmarks& landmarks) const {
        try {
            head::LandmarkFitStart start;
            if (previous_fit) {
                start.pose = previous_fit->pose;
                start.actions = previous_fit->actions;
                start.pose_prior = 0.5 * options.smoothness;
                start.action_prior = 1.0 * options.smoothness;
            } else {
                start.pose = head::fit_landmarks(model, camera, landmarks, options.fit).pose;
            }
            start.identity = identity;
            start.hold_identity = true;
            return head::fit_landmarks(model, camera, landmarks, options.fit, start);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::Input) {
                throw;
            }
            return std::nullopt;
        }
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
    std::vector<vision::FaceLandmarks> found = s.search_all(frames);
    s.previous.reset();
    s.num_lost = 0;
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
        // Much smaller than the settled face: not this person.
        if (head::eye_distance_px(s.in_crop(*s.previous)) < kMinEyes_px) {
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
    s.previous_fit = s.try_fit(s.in_crop(*found));
    if (!s.previous_fit) {
        return out;
    }
    out.found = true;
    out.pose = s.previous_fit->pose;
    out.actions = s.previous_fit->actions;
    out.fit_error = static_cast<float>(s.previous_fit->inner_error);
    out.face_flag = found->face_flag;
    for (int i = 0; i < head::kNumLandmarks; ++i) {
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
