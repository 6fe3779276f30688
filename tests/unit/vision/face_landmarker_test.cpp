// SPDX-License-Identifier: Apache-2.0
#include "vasa/vision/face_landmarker.h"

#include "blaze_face.h"
#include "refined_points.h"
#include "vision_test_util.h"

#include "vasa/core/error.h"
#include "vasa/head/landmarks.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.h"

using vasa::core::ImageU8;
using vasa::core::Vec2f;
using vasa::core::Vec3f;
using vasa::vision::FaceDetector;
using vasa::vision::FaceLandmarker;
using vasa::vision::FaceLandmarks;
using vasa::vision::FaceRoi;

namespace {

FaceLandmarker& landmarker() {
    static FaceLandmarker instance(vasa::test::model_dir());
    return instance;
}

FaceLandmarks find(const ImageU8& image) {
    static FaceDetector detector(vasa::test::model_dir());
    return landmarker().detect(image,
                               vasa::vision::roi_from_detection(detector.detect(image).at(0)));
}

/// Points and their counterparts in a mirrored face.
const std::vector<std::pair<std::size_t, std::size_t>> kMirrorPairs = {{33, 263},
                                                                       {133, 362},
                                                                       {61, 291},
                                                                       {159, 386},
                                                                       {145, 374},
                                                                       {234, 454},
                                                                       {468, 473},
                                                                       {1, 1},
                                                                       {10, 10},
                                                                       {13, 13},
                                                                       {14, 14},
                                                                       {152, 152},
                                                                       {263, 33},
                                                                       {473, 468}};

/// Largest and mean error / eye distance, `expected[i]` for `found.points[i]`.
std::pair<double, double> errors(const FaceLandmarks& found, const std::vector<Vec2f>& expected) {
    double worst = 0;
    double sum = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const double error =
            std::hypot(found.points[i].x - expected[i].x, found.points[i].y - expected[i].y);
        worst = std::max(worst, error);
        sum += error;
    }
    const double unit = found.eye_distance();
    return {worst / unit, sum / static_cast<double>(expected.size()) / unit};
}

}  // namespace

TEST_CASE("the networks' points hold the edges that landmarks are named by") {
    namespace head = vasa::head;
    namespace vision = vasa::vision;
    const auto holds = [](const auto& points, const auto& group) {
        return std::all_of(group.begin(), group.end(), [&](int i) {
            return std::find(points.begin(), points.end(), i) != points.end();
        });
    };
    CHECK(holds(vision::kLipPoints, head::kInnerLips));
    CHECK(holds(vision::kLipPoints, head::kOuterLips));
    // An iris has the mean depth of its eye's first points: these are the lids' edges.
    CHECK(std::is_permutation(head::kLidEdges[0].begin(),
                              head::kLidEdges[0].end(),
                              vision::kRightEyePoints.begin(),
                              vision::kRightEyePoints.begin() + vision::kNumLidPoints));
    CHECK(std::is_permutation(head::kLidEdges[1].begin(),
                              head::kLidEdges[1].end(),
                              vision::kLeftEyePoints.begin(),
                              vision::kLeftEyePoints.begin() + vision::kNumLidPoints));
}

TEST_CASE("the heads' points are distinct points of the mesh") {
    const std::set<int> lips(vasa::vision::kLipPoints.begin(), vasa::vision::kLipPoints.end());
    const std::set<int> right(vasa::vision::kRightEyePoints.begin(),
                              vasa::vision::kRightEyePoints.end());
    const std::set<int> left(vasa::vision::kLeftEyePoints.begin(),
                             vasa::vision::kLeftEyePoints.end());
    std::set<int> all = lips;
    all.insert(right.begin(), right.end());
    all.insert(left.begin(), left.end());
    CHECK(all.size() == 80 + 71 + 71);
    CHECK(*all.begin() >= 0);
    CHECK(*all.rbegin() < vasa::core::kNumMeshLandmarks);
}

TEST_CASE("regions that are not square and crops of another size are input errors") {
    const ImageU8 image(64, 64, 3, 100);
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float inf = std::numeric_limits<float>::infinity();
    for (const FaceRoi& roi : {FaceRoi{32, 32, 0, 0},
                               FaceRoi{32, 32, -5, 0},
                               FaceRoi{nan, 32, 30, 0},
                               FaceRoi{32, 32, inf, 0},
                               FaceRoi{32, 32, 30, nan}}) {
        CHECK_THROWS_AS(landmarker().detect(image, roi), vasa::core::Error);
    }
    CHECK_THROWS_AS(landmarker().detect_crop(image), vasa::core::Error);
    CHECK_THROWS_AS(landmarker().detect(ImageU8(), {32, 32, 30, 0}), vasa::core::Error);
}

TEST_CASE("a region outside the image and a huge or tiny one give a doubtful face, not a crash") {
    const ImageU8 image = vasa::test::noise_image(300, 200, 5);
    for (const FaceRoi& roi : {FaceRoi{-5000, 9000, 100, 0.3F},
                               FaceRoi{1e9F, 1e9F, 100, 0},
                               FaceRoi{150, 100, 1e7F, 1},
                               FaceRoi{150, 100, 1e-3F, 2}}) {
        CHECK(landmarker().detect(image, roi).face_flag < 5);
    }
}

TEST_CASE("the region of interest follows box and eyes") {
    vasa::vision::FaceDetection face;
    face.x0 = 10;
    face.x1 = 30;
    face.y0 = 100;
    face.y1 = 140;
    face.keypoints[0] = {20, 110};
    face.keypoints[1] = {20, 120};  // below the other: the face lies on its side
    const FaceRoi roi = vasa::vision::roi_from_detection(face);
    CHECK(roi.cx == 20);
    CHECK(roi.cy == 120);
    CHECK(roi.side == Approx(60));
    CHECK(roi.angle_rad == Approx(std::acos(-1.0) / 2));

    FaceLandmarks landmarks;
    landmarks.points[vasa::core::kRightEyeOuter] = {5, 5, 0};
    landmarks.points[vasa::core::kLeftEyeOuter] = {9, 5, 0};
    landmarks.points[470] = {900, 900, 0};  // irises do not count
    CHECK(vasa::vision::roi_from_landmarks(landmarks).side == Approx(13.5));
    CHECK(landmarks.eye_distance() == 4);
}

TEST_CASE("the chain of networks gives the reference landmarks of a crop", "[data]") {
    VASA_NEEDS_DATA();
    for (const std::string& name : vasa::test::example_names()) {
        CAPTURE(name);
        const ImageU8 crop =
            vasa::test::image_from_planes(vasa::test::golden(name, "face_landmark__input_u8"));
        const FaceLandmarks found = landmarker().detect_crop(crop);
        std::vector<float> values;
        for (const Vec3f& point : found.points) {
            values.insert(values.end(), {point.x, point.y, point.z});
        }
        CHECK(vasa::test::max_difference(
                  values, vasa::test::golden(name, "attention__final478_crop_px").values) < 2e-3F);
        CHECK(found.face_flag > 15);
    }
}

TEST_CASE("the regions of interest are the reference's", "[data]") {
    VASA_NEEDS_DATA();
    FaceDetector detector(vasa::test::model_dir());
    for (const std::string& name : vasa::test::example_names()) {
        CAPTURE(name);
        const std::vector<float> expected = vasa::test::golden(name, "final_rois").values;
        const FaceRoi roi =
            vasa::vision::roi_from_detection(detector.detect(vasa::test::load_example(name)).at(0));
        // See the detector's test: the reference's letterbox is exact for the astronaut only.
        const float tolerance = name == "astronaut" ? 0.1F : 3.0F;
        CHECK(std::abs(roi.cx - expected[0]) < tolerance);
        CHECK(std::abs(roi.cy - expected[1]) < tolerance);
        CHECK(std::abs(roi.side - expected[2]) < tolerance);
        CHECK(std::abs(roi.angle_rad - expected[3]) < (name == "astronaut" ? 1e-3 : 0.01));
    }
}

TEST_CASE("a second pass on a reference region gives landmarks near the unrefined reference",
          "[data]") {
    VASA_NEEDS_DATA();
    // The reference is the network without refinement, so it agrees only approximately.
    for (const std::string& name : vasa::test::example_names()) {
        CAPTURE(name);
        const std::vector<float> rois = vasa::test::golden(name, "final_rois").values;
        const FaceLandmarks found = landmarker().detect(vasa::test::load_example(name),
                                                        {rois[4], rois[5], rois[6], rois[7]});
        const std::vector<float> expected = vasa::test::golden(name, "final_landmarks468").values;
        std::vector<Vec2f> points(vasa::core::kNumMeshLandmarks);
        for (std::size_t i = 0; i < points.size(); ++i) {
            points[i] = {expected[3 * i], expected[3 * i + 1]};
        }
        CHECK(errors(found, points).second < 0.03);
    }
}

TEST_CASE("a mirrored face has mirrored landmarks", "[data]") {
    VASA_NEEDS_DATA();
    for (const std::string& name : vasa::test::example_names()) {
        CAPTURE(name);
        const ImageU8 image = vasa::test::load_example(name);
        const FaceLandmarks straight = find(image);
        const FaceLandmarks mirror = find(vasa::test::mirrored(image));
        for (const auto& [point, partner] : kMirrorPairs) {
            CAPTURE(point);
            const double dx = mirror.points[partner].x -
                              (static_cast<float>(image.width) - straight.points[point].x);
            const double dy = mirror.points[partner].y - straight.points[point].y;
            CHECK(std::hypot(dx, dy) < 0.05 * straight.eye_distance());
        }
    }
}

TEST_CASE("a turned image has turned landmarks", "[data]") {
    VASA_NEEDS_DATA();
    for (const std::string& name : vasa::test::example_names()) {
        const ImageU8 image = vasa::test::load_example(name);
        const FaceLandmarks upright = find(image);
        for (int turns = 1; turns < 4; ++turns) {
            CAPTURE(name, turns);
            const bool sideways = turns % 2 == 1;
            const auto map = vasa::vision::image_from_turned(turns,
                                                             sideways ? image.height : image.width,
                                                             sideways ? image.width : image.height);
            std::vector<Vec2f> expected;
            for (const Vec3f& point : upright.points) {
                expected.push_back(map(point.x, point.y));
            }
            const FaceLandmarks found = find(vasa::test::turned_clockwise(image, turns));
            CHECK(errors(found, expected).second < 0.02);
            CHECK(errors(found, expected).first < 0.08);
        }
    }
}

TEST_CASE("landmarks and depth grow with the image", "[data]") {
    VASA_NEEDS_DATA();
    const ImageU8 image = vasa::test::load_example("astronaut");
    const FaceRoi roi{225, 125, 150, 0.05F};
    const FaceLandmarks small = landmarker().detect(image, roi);
    const FaceLandmarks large = landmarker().detect(
        vasa::test::enlarged(image, 5), {roi.cx * 5, roi.cy * 5, roi.side * 5, roi.angle_rad});
    std::vector<Vec2f> expected;
    for (const Vec3f& point : small.points) {
        expected.push_back({point.x * 5, point.y * 5});
    }
    CHECK(errors(large, expected).second < 0.01);
    const float depth =
        small.points[vasa::head::kNoseTip].z - small.points[vasa::head::kFaceSides[0]].z;
    CHECK(depth < -0.2F * small.eye_distance());
    CHECK(large.points[vasa::head::kNoseTip].z - large.points[vasa::head::kFaceSides[0]].z ==
          Approx(5 * depth).epsilon(0.05));
}
