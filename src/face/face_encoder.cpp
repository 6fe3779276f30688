// SPDX-License-Identifier: Apache-2.0
#include "vasa/face/face_encoder.h"

#include "head_top.h"
#include "matte/matte.h"
#include "mouth_fit.h"
#include "plate/frame_ends.h"
#include "plate/layers.h"
#include "portrait_crop.h"
#include "portrait_limits.h"
#include "shut_eyes.h"

#include "vasa/core/error.h"
#include "vasa/core/hash.h"
#include "vasa/core/log.h"
#include "vasa/media/opencv_error.h"
#include "vasa/models/model_files.h"
#include "vasa/vision/face_detector.h"
#include "vasa/vision/face_landmarker.h"
#include "vasa/vision/opencv_threads.h"
#include "vasa/vision/person_segmenter.h"

#include <chrono>
#include <cmath>
#include <cstdio>

#include <opencv2/core.hpp>

namespace vasa::face {
namespace {

using core::Error;
using core::ErrorKind;
using Clock = std::chrono::steady_clock;

constexpr float kDegrees = 180.0F / 3.14159265F;
constexpr float kDoubtfulFlag = 5.0F;

double seconds_since(Clock::time_point& start) {
    const Clock::time_point now = Clock::now();
    const double s = std::chrono::duration<double>(now - start).count();
    start = now;
    return s;
}

std::string number(const char* format, double value) {
    char text[64];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

std::string pixel_hash(const core::ImageU8& image) {
    core::Sha256 hash;
    const std::int32_t size[3] = {image.width, image.height, image.channels};
    hash.update(size, sizeof size);
    hash.update(image.data.data(), image.data.size());
    return hash.finish();
}

/// The other faces in the picture, on the canvas of the chosen one.
std::vector<OtherFace> others_on_canvas(const std::vector<vision::FaceDetection>& faces,
                                        const PortraitCrop& crop) {
    std::vector<OtherFace> others;
    for (std::size_t i = 1; i < faces.size(); ++i) {
        const vision::FaceDetection& face = faces[i];
        const core::Vec2f centre =
            crop.crop_from_image((face.x0 + face.x1) / 2, (face.y0 + face.y1) / 2);
        others.push_back(
            {head::canvas_from_crop(centre),
             static_cast<float>(head::kCanvasScale * face.size() / crop.image_px_per_crop_px)});
    }
    return others;
}

}  // namespace

struct FaceEncoder::State {
    head::HeadModel model;
    vision::FaceDetector detector;
    vision::FaceLandmarker landmarker;
    vision::PersonSegmenter segmenter;

    explicit State(const std::string& model_dir)
        : model(head::HeadModel::load(model_dir + "/" + models::kHeadModelFile)),
          detector(models::vision_dir(model_dir)),
          landmarker(models::vision_dir(model_dir)),
          segmenter(models::vision_dir(model_dir)) {}

    /// @return the chosen face first, then the others
    std::vector<vision::FaceDetection> choose_face(const core::ImageU8& rgb,
                                                   const std::string& name,
                                                   int index);
    vision::FaceLandmarks locate(const core::ImageU8& rgb,
                                 const vision::FaceDetection& face,
                                 const std::string& name,
                                 const FaceEncoderOptions& options,
                                 EncodeTimes& times,
                                 Clock::time_point& clock);
    /// Fits pose, identity and actions to the code's landmarks and crop.
    head::LandmarkFit fit(const head::FaceCode& code,
                          const std::string& name,
                          const FaceEncoderOptions& options);
    head::FaceCode encode(const core::ImageU8& rgb,
                          const std::string& name,
                          const FaceEncoderOptions& options,
                          EncodeTimes& times);
};

void FaceEncoderOptions::check() const {
    if (face_index < 0 || face_index > 999) {
        throw Error(ErrorKind::Usage,
                    "face index is " + std::to_string(face_index) + ", expected 0..999");
    }
    const auto within = [](const char* name, float value, float low, float high) {
        if (!(value >= low && value <= high)) {
            throw Error(ErrorKind::Usage,
                        std::string(name) + " is " + number("%g", value) + ", expected " +
                            number("%g", low) + ".." + number("%g", high));
        }
    };
    within("smallest eye distance in pixels", min_eye_distance_px, 4, 10000);
    within("largest yaw in degrees", max_yaw_deg, 0, 90);
    within("largest pitch in degrees", max_pitch_deg, 0, 90);
    within("doubtful fit error", doubtful_fit_error, 0, 1);
    fit.check();
}

FaceEncoder::FaceEncoder(const std::string& model_dir) {
    state_ = std::make_unique<State>(model_dir);
}

FaceEncoder::~FaceEncoder() = default;

const head::HeadModel& FaceEncoder::head_model() const {
    return state_->model;
}

std::vector<vision::FaceDetection> FaceEncoder::State::choose_face(const core::ImageU8& rgb,
                                                                   const std::string& name,
                                                                   int index) {
    vision::FaceDetectorOptions search;
    search.try_tilts = true;
    std::vector<vision::FaceDetection> faces = detector.detect(rgb, search);
    if (faces.empty()) {
        throw Error(ErrorKind::Input,
                    "no face found in '" + name + "'",
                    "the portrait must show one face from the front, at least 60 pixels wide");
    }
    if (index >= static_cast<int>(faces.size())) {
        throw Error(ErrorKind::Input,
                    "no face " + std::to_string(index) + " in '" + name + "': " +
                        std::to_string(faces.size()) + " found, counted from 0, largest first");
    }
    if (faces.size() > 1) {
        core::log_info("'" + name + "' shows " + std::to_string(faces.size()) + " faces; face " +
                       std::to_string(index) + " is used (largest first, --face-index chooses)");
    }
    std::swap(faces[0], faces[index]);
    return faces;
}

vision::FaceLandmarks FaceEncoder::State::locate(const core::ImageU8& rgb,
                                                 const vision::FaceDetection& face,
                                                 const std::string& name,
                                                 const FaceEncoderOptions& options,
                                                 EncodeTimes& times,
                                                 Clock::time_point& clock) {
    vision::FaceLandmarks landmarks = landmarker.detect(rgb, vision::roi_from_detection(face));
    landmarks = landmarker.detect(rgb, vision::roi_from_landmarks(landmarks));
    times.landmarks_s = seconds_since(clock);
    const float eyes = landmarks.eye_distance();
    if (!(eyes >= options.min_eye_distance_px)) {
        throw Error(ErrorKind::Input,
                    "the face in '" + name + "' is too small: its eyes are " +
                        number("%.0f", eyes) + " px apart, expected at least " +
                        number("%.0f", options.min_eye_distance_px),
                    "use a larger picture of the face");
    }
    if (landmarks.face_flag < 0) {
        throw Error(ErrorKind::Input,
                    "no face found in '" + name + "': what looked like one is none");
    }
    return landmarks;
}

head::LandmarkFit FaceEncoder::State::fit(const head::FaceCode& code,
                                          const std::string& name,
                                          const FaceEncoderOptions& options) {
    const head::Camera camera = head::default_camera(head::kFrameSize_px);
    const head::LandmarkFit first = head::fit_landmarks(model, camera, code.landmarks, options.fit);
    head::LandmarkFit best =
        settle_mouth(model, camera, code.appearance.crop, code.landmarks, options.fit, first);
    const float yaw = best.pose.yaw_rad * kDegrees, pitch = best.pose.pitch_rad * kDegrees;
    if (!(std::fabs(yaw) <= options.max_yaw_deg && std::fabs(pitch) <= options.max_pitch_deg)) {
        throw Error(ErrorKind::Input,
                    "the face in '" + name + "' is turned too far: yaw " + number("%.1f", yaw) +
                        " and pitch " + number("%.1f", pitch) + " degrees, expected within " +
                        number("%.0f", options.max_yaw_deg) + " and " +
                        number("%.0f", options.max_pitch_deg),
                    "use a portrait that looks roughly at the camera");
    }
    if (best.inner_error > options.doubtful_fit_error || code.face_flag < kDoubtfulFlag) {
        core::log_warning("doubtful face in '" + name + "': landmark error " +
                          number("%.1f", 100 * best.inner_error) +
                          " % of the eye distance, face score " + number("%.1f", code.face_flag));
    }
    return best;
}

head::FaceCode FaceEncoder::encode(const core::ImageU8& rgb,
                                   const std::string& name,
                                   const FaceEncoderOptions& options,
                                   EncodeTimes* times) {
    options.check();
    if (rgb.width < 1 || rgb.height < 1 || rgb.channels != 3 ||
        rgb.data.size() != std::size_t{3} * rgb.width * rgb.height) {
        throw Error(ErrorKind::Input, "portrait '" + name + "' is empty or not RGB");
    }
    // Set here, since the number may have changed since the networks were loaded.
    vision::use_program_threads();
    EncodeTimes local;
    head::FaceCode code;
    try {
        code = state_->encode(rgb, name, options, local);
    } catch (const cv::Exception& error) {
        throw Error(media::kind_of(error, ErrorKind::Internal),
                    "cannot encode portrait '" + name + "': " + error.err);
    }
    if (times != nullptr) {
        *times = local;
    }
    return code;
}

head::FaceCode FaceEncoder::State::encode(const core::ImageU8& rgb,
                                          const std::string& name,
                                          const FaceEncoderOptions& options,
                                          EncodeTimes& times) {
    Clock::time_point clock = Clock::now();
    const std::vector<vision::FaceDetection> faces = choose_face(rgb, name, options.face_index);
    times.detect_s = seconds_since(clock);
    const vision::FaceLandmarks landmarks = locate(rgb, faces[0], name, options, times, clock);
    head::FaceCode code;
    const PortraitCrop crop = choose_crop(rgb, landmarks);
    code.crop_from_image = crop.crop_from_image;
    code.source_scale = static_cast<float>(crop.image_px_per_crop_px);
    code.face_flag = landmarks.face_flag;
    for (int i = 0; i < head::kNumLandmarks; ++i) {
        code.landmarks[i] = crop.crop_from_image(landmarks.points[i].x, landmarks.points[i].y);
    }
    core::ImageU8 canvas = cut_canvas(rgb, crop);
    code.appearance.crop = crop_from_canvas(canvas);
    times.matte_s = seconds_since(clock);

    const head::LandmarkFit fitted = fit(code, name, options);
    code.pose = fitted.pose;
    code.identity = fitted.identity;
    code.actions = fitted.actions;
    const CoveredParts covered = find_covered_parts(code.appearance.crop, code.landmarks);
    close_covered_parts(code.actions, covered);
    if (!covered.eyes) {
        close_shut_eyes(
            find_shut_eyes(code.appearance.crop, code.landmarks), code.landmarks, code.actions);
    }
    for (const std::string& limit :
         find_limits(crop.inside,
                     code.landmarks,
                     code.appearance.crop,
                     unexplained_gap(
                         model, head::default_camera(head::kFrameSize_px), fitted, code.landmarks),
                     covered)) {
        core::log_warning("portrait '" + name + "': " + limit);
    }
    code.fit_error = static_cast<float>(fitted.inner_error);
    code.head_hash = model.content_hash();
    times.fit_s = seconds_since(clock);

    core::ImageF matte =
        make_matte(canvas, crop.inside, code.landmarks, others_on_canvas(faces, crop), segmenter);
    complete_head_top(canvas, matte, crop.inside, code.landmarks);
    times.matte_s += seconds_since(clock);
    code.appearance.plate = make_plate(code.appearance.crop, matte, crop.inside);
    round_frame_ends(matte);
    code.appearance.canvas = make_foreground(canvas, matte, code.appearance.plate);
    times.plate_s = seconds_since(clock);
    code.source_hash = pixel_hash(rgb);
    return code;
}

}  // namespace vasa::face
