// SPDX-License-Identifier: Apache-2.0
#include "vasa/head/landmarks.h"

#include "support/synthetic_face.h"

#include "vasa/head/face_measures.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using core::Vec2f;

namespace {

/// Landmarks of the mean head, seen from the front with open eyes and a shut mouth.
head::Landmarks mean_face(const head::HeadModel& model, const head::Actions& actions = {}) {
    head::LandmarkFit face;
    face.pose = support::centred_pose();
    face.actions = actions;
    return support::make_landmarks(model, face);
}

/// Twice the signed area of a closed line, y down: positive if clockwise in the image.
template <typename Ring>
double area2(const head::Landmarks& p, const Ring& ring) {
    double sum = 0;
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const Vec2f a = p[ring[i]], b = p[ring[(i + 1) % ring.size()]];
        sum += static_cast<double>(a.x) * b.y - static_cast<double>(b.x) * a.y;
    }
    return sum;
}

/// Length of a closed line.
template <typename Ring>
double length(const head::Landmarks& p, const Ring& ring) {
    double sum = 0;
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const Vec2f a = p[ring[i]], b = p[ring[(i + 1) % ring.size()]];
        sum += std::hypot(a.x - b.x, a.y - b.y);
    }
    return sum;
}

}  // namespace

TEST_CASE("rings of landmarks go round their opening once, without a jump") {
    const head::HeadModel model = support::load_head();
    head::Actions open;
    open[head::Action::JawOpen] = 0.5F;
    const head::Landmarks p = mean_face(model, open);
    // A circle gives 4 pi; a shuffled ring of the same points is far longer for its area.
    const auto roundness = [&](const auto& ring) {
        const double around = length(p, ring);
        return around * around / (std::abs(area2(p, ring)) / 2);
    };
    CHECK(roundness(head::kFaceOval) < 16);
    CHECK(roundness(head::kInnerLips) < 40);
    CHECK(roundness(head::kOuterLips) < 30);
    CHECK(roundness(head::kLidEdges[0]) < 50);
    CHECK(roundness(head::kLidEdges[1]) < 50);
    CHECK(area2(p, head::kFaceOval) > 0);
}

TEST_CASE("lists of one edge name the same landmarks") {
    for (int eye = 0; eye < 2; ++eye) {
        const auto& ring = head::kLidEdges[eye];
        const auto& upper = head::kUpperLidEdge[eye];
        const auto& lower = head::kLowerLidEdge[eye];
        CHECK(upper.front() == head::kEyeCorners[eye][0]);
        CHECK(upper.back() == head::kEyeCorners[eye][1]);
        CHECK(lower.front() == upper.front());
        CHECK(lower.back() == upper.back());
        std::vector<int> both(upper.begin(), upper.end());
        both.insert(both.end(), lower.begin() + 1, lower.end() - 1);
        CHECK(std::is_permutation(ring.begin(), ring.end(), both.begin(), both.end()));
        CHECK(upper[4] == head::kUpperLidMiddle[eye]);
        CHECK(lower[4] == head::kLowerLidMiddle[eye]);
    }
    for (const int i : head::kOutlineSamples) {
        CHECK(head::is_oval_landmark(i));
    }
    int num_oval = 0;
    for (int i = 0; i < head::kNumMeshLandmarks; ++i) {
        num_oval += head::is_oval_landmark(i) ? 1 : 0;
    }
    CHECK(num_oval == static_cast<int>(head::kFaceOval.size()));
}

TEST_CASE("landmarks lie where their names say") {
    const head::HeadModel model = support::load_head();
    const head::Landmarks p = mean_face(model);
    for (int eye = 0; eye < 2; ++eye) {
        const Vec2f left = p[head::kEyeCorners[eye][0]], right = p[head::kEyeCorners[eye][1]];
        const Vec2f upper = p[head::kUpperLidMiddle[eye]], lower = p[head::kLowerLidMiddle[eye]];
        const Vec2f iris = p[head::kIrises[eye]];
        CHECK(left.x < right.x);
        CHECK(upper.y < lower.y);
        CHECK((iris.x > left.x && iris.x < right.x));
        for (const int i : head::kBrowBottom[eye]) {
            CHECK(p[i].y < upper.y);
        }
        for (const int i : head::kBrowTop[eye]) {
            CHECK(p[i].y < upper.y);
        }
        CHECK(p[head::kCheeks[eye]].y > lower.y);
    }
    CHECK(p[head::kIrises[0]].x < p[head::kIrises[1]].x);
    CHECK(p[head::kMouthRight].x < p[head::kMouthLeft].x);
    CHECK(p[head::kOuterLipTop].y < p[head::kInnerLipTop].y);
    CHECK(p[head::kInnerLipBottom].y < p[head::kOuterLipBottom].y);
    CHECK(p[head::kNoseTip].y < p[head::kOuterLipTop].y);
    CHECK(p[head::kChin].y > p[head::kOuterLipBottom].y);
    const auto lowest = std::max_element(
        p.begin(), p.begin() + head::kNumMeshLandmarks, [](auto& a, auto& b) { return a.y < b.y; });
    CHECK(lowest - p.begin() == head::kChin);
    CHECK(p[head::kTemples[0]].x < p[head::kEyeCorners[0][0]].x);
    CHECK(p[head::kTemples[1]].x > p[head::kEyeCorners[1][1]].x);
}

TEST_CASE("measures of a face follow what it does and its size") {
    const head::HeadModel model = support::load_head();
    head::Actions open;
    open[head::Action::JawOpen] = 0.5F;
    const head::Landmarks shut = mean_face(model), wide = mean_face(model, open);
    CHECK(head::mouth_gap(shut) < 0.05F);
    CHECK(head::mouth_gap(wide) > head::mouth_gap(shut) + 0.1F);
    CHECK(head::mouth_gap_px(wide) == Approx(head::mouth_gap(wide) * head::eye_distance_px(wide)));
    head::Landmarks twice = wide;
    for (Vec2f& point : twice) {
        point = {2 * point.x, 2 * point.y};
    }
    CHECK(head::eye_distance_px(twice) == Approx(2 * head::eye_distance_px(wide)));
    CHECK(head::mouth_gap(twice) == Approx(head::mouth_gap(wide)));
    CHECK(core::eye_distance<double>(wide) == Approx(head::eye_distance_px(wide)));
    const Vec2f right = head::eye_middle(wide, 0), left = head::eye_middle(wide, 1);
    CHECK(left.x - right.x > 0.5F * head::eye_distance_px(wide));
    CHECK(head::mouth_middle(wide).y > right.y + 0.5F * head::eye_distance_px(wide));
    // Coincident eye corners give no unit: a gap of 3 px counts as 3.
    head::Landmarks point{};
    point[head::kInnerLipBottom].y = 3;
    CHECK(head::mouth_gap(point) == 3.0F);
}
