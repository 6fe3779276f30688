// SPDX-License-Identifier: Apache-2.0
#include "blaze_face.h"

#include "vasa/core/error.h"

#include <cmath>
#include <vector>

#include "support/catch.h"

using vasa::core::Affine2;
using vasa::core::Vec2f;
using vasa::vision::FaceDetection;

namespace {

FaceDetection box(float x0, float y0, float x1, float y1, float score) {
    FaceDetection face;
    face.x0 = x0;
    face.y0 = y0;
    face.x1 = x1;
    face.y1 = y1;
    face.score = score;
    for (Vec2f& keypoint : face.keypoints) {
        keypoint = {x0, y0};
    }
    return face;
}

}  // namespace

TEST_CASE("anchors come grid by grid, row by row, cell by cell") {
    const std::vector<Vec2f> anchors = vasa::vision::make_anchors({{16, 2}, {8, 6}});
    REQUIRE(anchors.size() == 896);
    CHECK(anchors[1].x == Approx(0.5 / 16));
    CHECK(anchors[2].x == Approx(1.5 / 16));
    CHECK(anchors[2].y == Approx(0.5 / 16));
    CHECK(anchors[32].x == Approx(0.5 / 16));
    CHECK(anchors[32].y == Approx(1.5 / 16));
    CHECK(anchors[512 + 5].x == Approx(0.5 / 8));
    CHECK(anchors[895].x == Approx(7.5 / 8));
    CHECK(vasa::vision::make_anchors({{48, 1}}).size() == 2304);
}

TEST_CASE("decoding adds regressors to the anchor and drops low scores") {
    const std::vector<Vec2f> anchors = {{0.5F, 0.25F}, {0.1F, 0.1F}};
    std::vector<float> regressors(32, 0.0F);
    regressors[0] = 10;   // centre x, pixels of a 100 pixel input
    regressors[1] = -5;   // centre y
    regressors[2] = 20;   // width
    regressors[3] = 40;   // height
    regressors[14] = 30;  // left ear x
    const auto faces = vasa::vision::decode_faces(anchors, 100, regressors, {2.0F, -0.01F}, 0.5F);
    REQUIRE(faces.size() == 1);
    CHECK(faces[0].score == Approx(1 / (1 + std::exp(-2.0))));
    CHECK(faces[0].x0 == Approx(0.5));
    CHECK(faces[0].x1 == Approx(0.7));
    CHECK(faces[0].y0 == Approx(0.0).margin(1e-6));
    CHECK(faces[0].y1 == Approx(0.4));
    CHECK(faces[0].keypoints[5].x == Approx(0.8));
    CHECK(faces[0].keypoints[5].y == Approx(0.25));
}

TEST_CASE("decoding refuses outputs of another size and survives values that are not numbers") {
    const std::vector<Vec2f> anchors = {{0.5F, 0.5F}};
    CHECK_THROWS_AS(vasa::vision::decode_faces(anchors, 128, std::vector<float>(15), {0.0F}, 0.5F),
                    vasa::core::Error);
    const std::vector<float> regressors(16, NAN);
    CHECK(vasa::vision::decode_faces(anchors, 128, regressors, {9.0F}, 0.5F).empty());
    CHECK(vasa::vision::decode_faces(anchors, 128, std::vector<float>(16, 1.0F), {NAN}, 0.5F)
              .empty());
}

TEST_CASE("blending averages overlapping boxes by score and keeps the best score") {
    const auto faces = vasa::vision::blend_faces(
        {box(10, 0, 110, 100, 0.6F), box(50, 500, 60, 510, 0.7F), box(0, 0, 100, 100, 0.9F)});
    REQUIRE(faces.size() == 2);
    CHECK(faces[0].score == 0.9F);
    CHECK(faces[0].x0 == Approx(10 * 0.6 / 1.5));
    CHECK(faces[0].x1 == Approx(100 + 10 * 0.6 / 1.5));
    CHECK(faces[0].keypoints[3].x == Approx(10 * 0.6 / 1.5));
    CHECK(faces[1].score == 0.7F);
    CHECK(faces[1].x0 == Approx(50));
}

TEST_CASE("a box inside a better one is dropped, the rest is ordered by size") {
    const auto faces = vasa::vision::drop_duplicates(
        {box(40, 40, 60, 60, 0.6F), box(300, 0, 350, 50, 0.95F), box(0, 0, 100, 100, 0.9F)});
    REQUIRE(faces.size() == 2);
    CHECK(faces[0].size() == 100);
    CHECK(faces[1].size() == 50);
}

TEST_CASE("points of a turned image go back to where they were") {
    // A 4 × 3 image turned counter-clockwise: its first pixel goes to bottom left, bottom right,
    // top right.
    const double width = 4;
    const double height = 3;
    const Vec2f first_pixel_turned[] = {{0.5F, 0.5F}, {0.5F, 3.5F}, {3.5F, 2.5F}, {2.5F, 0.5F}};
    for (int turns = 0; turns < 4; ++turns) {
        CAPTURE(turns);
        const Affine2 map = vasa::vision::image_from_turned(turns, width, height);
        const Vec2f p = map(first_pixel_turned[turns].x, first_pixel_turned[turns].y);
        CHECK(p.x == Approx(0.5));
        CHECK(p.y == Approx(0.5));
    }
}

TEST_CASE("a moved box stays upright and holds the moved corners") {
    FaceDetection face = box(1, 2, 3, 6, 0.9F);
    face.keypoints[1] = {2, 2};
    const FaceDetection moved =
        vasa::vision::map_face(vasa::vision::image_from_turned(1, 10, 10), face);
    CHECK(moved.x0 == Approx(4));
    CHECK(moved.x1 == Approx(8));
    CHECK(moved.y0 == Approx(1));
    CHECK(moved.y1 == Approx(3));
    // Right eye to left eye pointed right before, so it points down now.
    CHECK(vasa::vision::eye_angle_rad(moved) == Approx(std::acos(-1.0) / 2));
}
