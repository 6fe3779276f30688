// SPDX-License-Identifier: Apache-2.0
#include "vasa/vision/face_landmarker.h"

#include "network.h"
#include "network_input.h"
#include "refined_points.h"

#include "vasa/core/error.h"
#include "vasa/core/face_mesh.h"
#include "vasa/media/opencv_error.h"
#include "vasa/models/model_files.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace vasa::vision {
namespace {

constexpr int kCropSize = 192;
constexpr float kRoiScale = 1.5F;
constexpr std::size_t kFeatureChannels = 32;
constexpr int kFeatureSize = 48;
/// Crop pixels per feature pixel.
constexpr double kFeatureStride = 4;
constexpr int kHeadSize = 16;
constexpr double kHeadScale = 1.5;

/// The sampling square of a refining head: feature pixels from head pixels.
///
/// @param points  mesh points, crop pixels
/// @param indices the head's mesh points
/// @param a, b    its two corner points, which give its rotation
/// Source: Grishchenko et al., Attention Mesh (2020), section 2 (spatial transformer).
core::Affine2 features_from_head(const std::array<core::Vec3f, core::kNumLandmarks>& points,
                                 const int* indices,
                                 std::size_t num_indices,
                                 int a,
                                 int b) {
    const core::Vec3f& pa = points[static_cast<std::size_t>(a)];
    const core::Vec3f& pb = points[static_cast<std::size_t>(b)];
    const double angle =
        std::atan2(static_cast<double>(pb.y) - pa.y, static_cast<double>(pb.x) - pa.x);
    const double c = std::cos(angle);
    const double s = std::sin(angle);
    double x0 = 1e30, y0 = 1e30, x1 = -1e30, y1 = -1e30;
    for (std::size_t i = 0; i < num_indices; ++i) {
        const core::Vec3f& p = points[static_cast<std::size_t>(indices[i])];
        const double x = (c * p.x + s * p.y) / kFeatureStride;
        const double y = (-s * p.x + c * p.y) / kFeatureStride;
        x0 = std::min(x0, x);
        y0 = std::min(y0, y);
        x1 = std::max(x1, x);
        y1 = std::max(y1, y);
    }
    const core::Affine2 rotate{c, -s, 0, s, c, 0};
    const core::Affine2 centre{1, 0, (x0 + x1) / 2, 0, 1, (y0 + y1) / 2};
    const double half = kHeadSize / 2.0;
    const core::Affine2 scale{
        kHeadScale * (x1 - x0) / kHeadSize, 0, 0, 0, kHeadScale * (y1 - y0) / kHeadSize, 0};
    return rotate * centre * scale * core::Affine2{1, 0, -half, 0, 1, -half};
}

/// Bilinear samples of the features [32, 48, 48] at the centres of the head's pixels; zero where
/// they lie outside. @return [1, 32, 16, 16]
Blob sample_features(const std::vector<float>& features, const core::Affine2& map) {
    Blob head;
    head.shape = {1, static_cast<int>(kFeatureChannels), kHeadSize, kHeadSize};
    const std::size_t head_plane = std::size_t{kHeadSize} * kHeadSize;
    const std::size_t plane = std::size_t{kFeatureSize} * kFeatureSize;
    head.values.assign(kFeatureChannels * head_plane, 0.0F);
    for (int j = 0; j < kHeadSize; ++j) {
        for (int i = 0; i < kHeadSize; ++i) {
            const core::Vec2f p = map(i + 0.5, j + 0.5);
            const float x = p.x - 0.5F;
            const float y = p.y - 0.5F;
            constexpr float kLast = kFeatureSize - 1;
            if (!(x >= 0 && y >= 0 && x <= kLast && y <= kLast)) {
                continue;
            }
            const int ix = std::min(static_cast<int>(x), kFeatureSize - 2);
            const int iy = std::min(static_cast<int>(y), kFeatureSize - 2);
            const float fx = x - static_cast<float>(ix);
            const float fy = y - static_cast<float>(iy);
            const float* top = features.data() + iy * kFeatureSize + ix;
            float* out = head.values.data() + j * kHeadSize + i;
            for (std::size_t channel = 0; channel < kFeatureChannels; ++channel) {
                const float* q = top + channel * plane;
                const float upper = q[0] + fx * (q[1] - q[0]);
                const float lower = q[kFeatureSize] + fx * (q[kFeatureSize + 1] - q[kFeatureSize]);
                out[channel * head_plane] = upper + fy * (lower - upper);
            }
        }
    }
    return head;
}

FaceRoi square_around(float x0, float y0, float x1, float y1, float angle_rad) {
    return {(x0 + x1) / 2, (y0 + y1) / 2, kRoiScale * std::max(x1 - x0, y1 - y0), angle_rad};
}

void check_roi(const FaceRoi& roi) {
    const bool usable = std::isfinite(roi.cx) && std::isfinite(roi.cy) && std::isfinite(roi.side) &&
                        std::isfinite(roi.angle_rad) && roi.side > 0;
    if (!usable) {
        throw core::Error(core::ErrorKind::Input,
                          "cannot look for landmarks: expected a region with a positive side, "
                          "found centre (" +
                              std::to_string(roi.cx) + ", " + std::to_string(roi.cy) + "), side " +
                              std::to_string(roi.side));
    }
}

/// Head outputs are in crop pixels of the head's own upright, unscaled square (0..64).
core::Affine2 crop_from_head_points(const core::Affine2& features_from_head_pixels) {
    const double s = kFeatureStride;
    return core::Affine2{s, 0, 0, 0, s, 0} * features_from_head_pixels *
           core::Affine2{1 / s, 0, 0, 0, 1 / s, 0};
}

/// One head: its sampled region and the destinations of its points.
template <std::size_t N>
struct HeadSpec {
    const char* output;
    const std::array<int, N>& indices;
    int corner_a;
    int corner_b;
    int iris;  ///< first iris point, negative = none
};

/// Runs a refining head and replaces x and y of its points.
/// @param base  landmarks before any refinement, crop pixels
template <std::size_t N>
void refine(Network& network,
            const HeadSpec<N>& spec,
            const std::vector<float>& features,
            const FaceLandmarks& base,
            FaceLandmarks& face) {
    const core::Affine2 map =
        features_from_head(base.points, spec.indices.data(), N, spec.corner_a, spec.corner_b);
    std::vector<OutputSpec> outputs{{spec.output, 2 * N}};
    if (spec.iris >= 0) {
        outputs.push_back({"iris", 2 * core::kNumIrisLandmarks});
    }
    const auto results = network.run(sample_features(features, map), outputs);
    const core::Affine2 crop_from_head = crop_from_head_points(map);
    for (std::size_t i = 0; i < N; ++i) {
        const core::Vec2f p = crop_from_head(results[0][2 * i], results[0][2 * i + 1]);
        core::Vec3f& point = face.points[static_cast<std::size_t>(spec.indices[i])];
        point.x = p.x;
        point.y = p.y;
    }
    if (spec.iris < 0) {
        return;
    }
    float z = 0;
    for (std::size_t i = 0; i < kNumLidPoints; ++i) {
        z += base.points[static_cast<std::size_t>(spec.indices[i])].z / kNumLidPoints;
    }
    for (std::size_t i = 0; i < core::kNumIrisLandmarks; ++i) {
        const core::Vec2f p = crop_from_head(results[1][2 * i], results[1][2 * i + 1]);
        face.points[static_cast<std::size_t>(spec.iris) + i] = {p.x, p.y, z};
    }
}

}  // namespace

struct FaceLandmarker::State {
    Network base;
    Network lips;
    Network right_eye;
    Network left_eye;

    FaceLandmarks run(const cv::Mat& crop);
};

/// Runs all networks on a crop; landmarks in crop pixels.
FaceLandmarks FaceLandmarker::State::run(const cv::Mat& crop) {
    const auto outputs = base.run(rgb_blob(crop, 1 / 255.0F, 0.0F),
                                  {{"landmarks", std::size_t{core::kNumMeshLandmarks} * 3},
                                   {"face_flag", 1},
                                   {"features", kFeatureChannels * kFeatureSize * kFeatureSize}});
    FaceLandmarks mesh;
    for (std::size_t i = 0; i < core::kNumMeshLandmarks; ++i) {
        const float* p = outputs[0].data() + 3 * i;
        mesh.points[i] = {p[0], p[1], p[2]};
    }
    mesh.face_flag = outputs[1][0];
    const std::vector<float>& features = outputs[2];
    FaceLandmarks face = mesh;
    refine<80>(
        lips, {"lips", kLipPoints, core::kMouthRight, core::kMouthLeft, -1}, features, mesh, face);
    refine<71>(
        right_eye,
        {"eye", kRightEyePoints, core::kRightEyeOuter, core::kRightEyeInner, core::kRightIris},
        features,
        mesh,
        face);
    refine<71>(left_eye,
               {"eye", kLeftEyePoints, core::kLeftEyeInner, core::kLeftEyeOuter, core::kLeftIris},
               features,
               mesh,
               face);
    return face;
}

float FaceLandmarks::eye_distance() const {
    return core::eye_distance(points);
}

FaceRoi roi_from_detection(const FaceDetection& detection) {
    const core::Vec2f& right = detection.keypoints[0];
    const core::Vec2f& left = detection.keypoints[1];
    return square_around(detection.x0,
                         detection.y0,
                         detection.x1,
                         detection.y1,
                         std::atan2(left.y - right.y, left.x - right.x));
}

FaceRoi roi_from_landmarks(const FaceLandmarks& landmarks) {
    float x0 = landmarks.points[0].x, y0 = landmarks.points[0].y, x1 = x0, y1 = y0;
    for (std::size_t i = 0; i < core::kNumMeshLandmarks; ++i) {
        const core::Vec3f& p = landmarks.points[i];
        x0 = std::min(x0, p.x);
        y0 = std::min(y0, p.y);
        x1 = std::max(x1, p.x);
        y1 = std::max(y1, p.y);
    }
    const core::Vec3f& right = landmarks.points[core::kRightEyeOuter];
    const core::Vec3f& left = landmarks.points[core::kLeftEyeOuter];
    return square_around(x0, y0, x1, y1, std::atan2(left.y - right.y, left.x - right.x));
}

FaceLandmarker::FaceLandmarker(const std::string& model_dir)
    : state_(new State{Network(model_dir, models::kMeshFile),
                       Network(model_dir, models::kLipsFile),
                       Network(model_dir, models::kRightEyeFile),
                       Network(model_dir, models::kLeftEyeFile)}) {}

FaceLandmarker::~FaceLandmarker() = default;

FaceLandmarks FaceLandmarker::detect(const core::ImageU8& rgb, const FaceRoi& roi) {
    const cv::Mat image = view_as_mat(rgb);
    check_roi(roi);
    try {
        const Sampled crop = sample_square(
            image, {roi.cx, roi.cy, roi.side, roi.angle_rad}, kCropSize, cv::BORDER_REPLICATE);
        FaceLandmarks face = state_->run(crop.rgb);
        const float pixels = roi.side / kCropSize;
        for (core::Vec3f& point : face.points) {
            const core::Vec2f p = crop.image_from_sampled(point.x, point.y);
            point = {p.x, p.y, point.z * pixels};
        }
        return face;
    } catch (const cv::Exception& error) {
        throw core::Error(media::kind_of(error, core::ErrorKind::Internal),
                          "face landmarker: " + error.err);
    }
}

FaceLandmarks FaceLandmarker::detect_crop(const core::ImageU8& crop192) {
    const cv::Mat crop = view_as_mat(crop192);
    if (crop.cols != kCropSize || crop.rows != kCropSize) {
        throw core::Error(core::ErrorKind::Input,
                          "cannot use face crop: expected 192 x 192 pixels, found " +
                              std::to_string(crop.cols) + " x " + std::to_string(crop.rows));
    }
    return state_->run(crop);
}

}  // namespace vasa::vision
