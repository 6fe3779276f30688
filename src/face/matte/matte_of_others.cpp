// SPDX-License-Identifier: Apache-2.0
#include "matte/matte_of_others.h"

#include "cv_shapes.h"

#include "vasa/head/face_code.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace vasa::face {
namespace {

constexpr int kQuarter = 4;  ///< the watersheds run at a quarter of the canvas' size
constexpr int kSpeaker = 1, kOther = 2, kBackground = 3;
/// Alpha below which nobody is seen.
constexpr float kNobody = 0.1F;
/// Sizes in face heights, from brows to chin: what surely belongs to a head or a chest.
constexpr float kHeadHalfWidth = 0.5F, kHeadHalfHeight = 0.75F, kHeadAbove = 0.1F;
constexpr float kChestHalfWidth = 0.35F;
/// A face smaller than this share of the speaker's, on the speaker's chest, is a print.
constexpr float kPrint = 0.4F;

/// Head and chest of a person, quarter pixels.
struct Person {
    cv::Point2f centre;
    float size_px;
};

Person speaker_of(const head::Landmarks& crop_landmarks) {
    const auto at = [&](int i) {
        const core::Vec2f p = head::canvas_from_crop(crop_landmarks[i]);
        return cv::Point2f(p.x, p.y) / kQuarter;
    };
    const cv::Point2f brows = (at(head::kBrowTop[0][2]) + at(head::kBrowTop[1][2])) / 2;
    const cv::Point2f chin = at(head::kChin);
    return {(brows + chin) / 2, static_cast<float>(cv::norm(chin - brows))};
}

void mark(cv::Mat& markers, const Person& person, int label) {
    const float s = person.size_px;
    cv::rectangle(
        markers,
        cv::Point2f(person.centre.x - kChestHalfWidth * s, person.centre.y),
        cv::Point2f(person.centre.x + kChestHalfWidth * s, static_cast<float>(markers.rows)),
        cv::Scalar(label),
        cv::FILLED);
}

void mark_head(cv::Mat& markers, const Person& person, int label) {
    const float s = person.size_px;
    cv::ellipse(markers,
                cv::Point(person.centre - cv::Point2f(0, kHeadAbove * s)),
                cv::Size(cvRound(kHeadHalfWidth * s), cvRound(kHeadHalfHeight * s)),
                0,
                0,
                360,
                cv::Scalar(label),
                cv::FILLED);
}

bool is_print(const Person& speaker, const Person& other) {
    const cv::Point2f from = other.centre - speaker.centre;
    return other.size_px < kPrint * speaker.size_px && from.y > 0.5F * speaker.size_px &&
           std::fabs(from.x) < speaker.size_px;
}

}  // namespace

void drop_other_people(const core::ImageU8& canvas,
                       const head::Landmarks& crop_landmarks,
                       const std::vector<OtherFace>& others,
                       core::ImageF& matte) {
    const Person speaker = speaker_of(crop_landmarks);
    std::vector<Person> people;
    for (const OtherFace& face : others) {
        const Person person = {cv::Point2f(face.centre.x, face.centre.y) / kQuarter,
                               face.size_px / kQuarter};
        if (!is_print(speaker, person)) {
            people.push_back(person);
        }
    }
    if (people.empty()) {
        return;
    }
    cv::Mat alpha = wrap(matte), small_alpha, colours;
    const cv::Size size(canvas.width / kQuarter, canvas.height / kQuarter);
    cv::resize(alpha, small_alpha, size, 0, 0, cv::INTER_AREA);
    cv::resize(wrap(canvas), colours, size, 0, 0, cv::INTER_AREA);
    cv::Mat markers(size, CV_32S, cv::Scalar(0));
    // Heads count before chests: one may stand before the other.
    mark(markers, speaker, kSpeaker);
    for (const Person& person : people) {
        mark(markers, person, kOther);
    }
    for (const Person& person : people) {
        mark_head(markers, person, kOther);
    }
    mark_head(markers, speaker, kSpeaker);
    markers.setTo(kBackground, small_alpha < kNobody);
    cv::watershed(colours, markers);
    // Watersheds leave out the outermost pixels.
    const cv::Mat decided = markers({1, 1, size.width - 2, size.height - 2}).clone();
    cv::copyMakeBorder(decided, markers, 1, 1, 1, 1, cv::BORDER_REPLICATE);
    cv::Mat keep = markers != kOther, weight;
    keep.convertTo(weight, CV_32F, 1.0 / 255);
    cv::GaussianBlur(weight, weight, {}, 1.0);
    cv::resize(weight, weight, alpha.size(), 0, 0, cv::INTER_LINEAR);
    cv::multiply(alpha, weight, alpha);
}

}  // namespace vasa::face
