// SPDX-License-Identifier: Apache-2.0
#include "plate/pull_push.h"

#include <vector>

#include <opencv2/imgproc.hpp>

namespace vasa::face {

cv::Mat pull_push(const cv::Mat& colour, const cv::Mat& weight) {
    if (colour.cols <= 2 || colour.rows <= 2) {
        cv::Mat out;
        const cv::Scalar total = cv::sum(weight);
        cv::Scalar mean(128, 128, 128);
        if (total[0] > 1e-6) {
            cv::Mat w3, product;
            cv::merge(std::vector<cv::Mat>(3, weight), w3);
            product = colour.mul(w3);
            mean = cv::sum(product) / total[0];
        }
        return {colour.rows, colour.cols, CV_32FC3, mean};
    }
    cv::Mat w3;
    cv::merge(std::vector<cv::Mat>(3, weight), w3);
    const cv::Size half((colour.cols + 1) / 2, (colour.rows + 1) / 2);
    cv::Mat sum, small_weight, small_w3;
    cv::resize(colour.mul(w3), sum, half, 0, 0, cv::INTER_AREA);
    cv::resize(weight, small_weight, half, 0, 0, cv::INTER_AREA);
    cv::merge(std::vector<cv::Mat>(3, small_weight), small_w3);
    cv::Mat small = sum / (small_w3 + cv::Scalar::all(1e-6));
    cv::Mat full_weight = cv::min(small_weight * 4.0F, 1.0F);
    cv::Mat filled = pull_push(small, full_weight), large;
    cv::resize(filled, large, colour.size(), 0, 0, cv::INTER_CUBIC);
    return colour.mul(w3) + large.mul(cv::Scalar::all(1.0) - w3);
}

}  // namespace vasa::face
