// SPDX-License-Identifier: Apache-2.0
#include "matte/matte_by_cut.h"

#include "cv_shapes.h"

#include "vasa/core/parallel.h"

#include <algorithm>

#include <opencv2/imgproc.hpp>

namespace vasa::face {
namespace {

constexpr int kShrink = 4;  ///< canvas size / size of the cut

/// Start of the cut: sure and likely parts of person and background.
cv::Mat first_guess(const cv::Mat& alpha,
                    const CanvasRect& inside,
                    const MatteByCutParams& params) {
    cv::Mat guess(alpha.size(), CV_8U, cv::Scalar(cv::GC_PR_BGD)), solid, distance;
    guess.setTo(cv::GC_PR_FGD, alpha > params.likely);
    cv::erode(alpha > params.solid, solid, disc(params.wide_px));
    guess.setTo(cv::GC_FGD, solid);
    cv::distanceTransform(alpha <= params.person, distance, cv::DIST_L2, 5);
    guess.setTo(cv::GC_BGD, distance > params.far_px);
    cv::Mat outside(alpha.size(), CV_8U, cv::Scalar(255));
    const cv::Rect image(cv::Point(inside.x0 / kShrink, inside.y0 / kShrink),
                         cv::Point(inside.x1 / kShrink, inside.y1 / kShrink));
    outside(image).setTo(0);
    guess.setTo(cv::GC_BGD, outside & (solid == 0));
    return guess;
}

}  // namespace

void cut_doubtful_areas(const core::ImageU8& canvas,
                        const CanvasRect& inside,
                        float below_y,
                        core::ImageF& matte,
                        const MatteByCutParams& params) {
    cv::Mat whole = wrap(matte), alpha, wide;
    const cv::Size size(whole.cols / kShrink, whole.rows / kShrink);
    cv::resize(whole, alpha, size, 0, 0, cv::INTER_AREA);
    const int last_row = std::clamp(static_cast<int>(below_y) / kShrink, 0, size.height);
    const cv::Mat doubt = (alpha > params.trace) & (alpha < params.sure);
    cv::morphologyEx(doubt, wide, cv::MORPH_OPEN, disc(params.wide_px));
    wide.rowRange(last_row, size.height).setTo(0);
    if (cv::countNonZero(wide) < params.min_doubt_px2) {
        return;
    }
    cv::Mat guess = first_guess(alpha, inside, params), colours, of_ground, of_person;
    const auto holds = [&](int kind) { return cv::countNonZero(guess == kind) > 0; };
    if (!holds(cv::GC_BGD) || !holds(cv::GC_FGD)) {
        return;
    }
    cv::resize(wrap(canvas), colours, size, 0, 0, cv::INTER_AREA);
    cv::setRNGSeed(0);
    cv::grabCut(
        colours, guess, {}, of_ground, of_person, params.num_iterations, cv::GC_INIT_WITH_MASK);
    cv::Mat person = (guess & 1) * 255, traces;
    cv::dilate(wide, wide, disc(params.wide_px));
    person.setTo(0, wide == 0);
    cv::morphologyEx(person, person, cv::MORPH_OPEN, disc(params.piece_px));
    person.convertTo(person, CV_32F, 1.0 / 255);
    cv::GaussianBlur(person, person, {}, params.edge_sigma_px);
    cv::GaussianBlur(alpha, traces, {}, params.trace_sigma_px);
    traces = (traces - params.none) / (params.all - params.none);
    traces = cv::min(cv::max(traces, 0.0F), 1.0F);
    traces.rowRange(last_row, size.height).setTo(0);
    cv::Mat added = person.mul(traces);
    cv::resize(added, added, whole.size(), 0, 0, cv::INTER_LINEAR);
    core::parallel_for(whole.rows, [&](int y) {
        for (int x = 0; x < whole.cols; ++x) {
            float& a = whole.at<float>(y, x);
            a = std::max(a, added.at<float>(y, x));
        }
    });
}

}  // namespace vasa::face
