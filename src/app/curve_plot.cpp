// SPDX-License-Identifier: Apache-2.0
#include "curve_plot.h"

#include "vasa/core/image.h"
#include "vasa/media/image_file.h"

#include <algorithm>
#include <cstdio>
#include <functional>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace vasa::app {
namespace {

constexpr int kWidth = 900, kHeight = 420, kMargin = 48;

struct Curve {
    const char* name;
    cv::Scalar colour;
    std::function<double(const train::MotionValidation&)> value;
};

void write(cv::Mat& canvas, const std::string& text, int x, int y, const cv::Scalar& colour) {
    cv::putText(canvas, text, {x, y}, cv::FONT_HERSHEY_SIMPLEX, 0.4, colour, 1, cv::LINE_AA);
}

}  // namespace

void plot_motion_curves(const std::string& path, const std::vector<train::MotionValidation>& rows) {
    const Curve curves[] = {
        {"all, step 100", {120, 170, 255}, [](const auto& r) { return r.error_100; }},
        {"all, step 500", {40, 90, 220}, [](const auto& r) { return r.error_500; }},
        {"all, step 900", {10, 30, 120}, [](const auto& r) { return r.error_900; }},
        {"mouth, step 100", {255, 170, 120}, [](const auto& r) { return r.mouth_100; }},
        {"mouth, step 500", {230, 90, 40}, [](const auto& r) { return r.mouth_500; }},
        {"mouth, step 900", {130, 30, 10}, [](const auto& r) { return r.mouth_900; }},
        {"lips, mm / 10", {40, 150, 40}, [](const auto& r) { return r.lip_error_cm; }},
    };
    core::ImageU8 image(kWidth, kHeight, 3);
    cv::Mat canvas(kHeight, kWidth, CV_8UC3, image.data.data());
    canvas.setTo(cv::Scalar(255, 255, 255));
    const cv::Scalar grey(150, 150, 150), black(0, 0, 0);
    double top = 0.1;
    int last_step = 1;
    for (const train::MotionValidation& row : rows) {
        for (const Curve& curve : curves) {
            top = std::max(top, std::min(curve.value(row), 1.2));
        }
        last_step = std::max(last_step, row.step);
    }
    const auto place = [&](int step, double value) {
        const double x = kMargin + (kWidth - 2.0 * kMargin) * step / last_step;
        const double y = kHeight - kMargin - (kHeight - 2.0 * kMargin) * std::min(value / top, 1.0);
        return cv::Point2f(static_cast<float>(x), static_cast<float>(y));
    };
    for (int i = 0; i <= 4; ++i) {
        const double value = top * i / 4.0;
        cv::line(canvas, place(0, value), place(last_step, value), cv::Scalar(230, 230, 230), 1);
        char label[32];
        std::snprintf(label, sizeof label, "%.2f", value);
        write(canvas, label, 8, static_cast<int>(place(0, value).y) + 4, black);
    }
    write(canvas, "step " + std::to_string(last_step), kWidth - 140, kHeight - 16, black);
    int line = 0;
    for (const Curve& curve : curves) {
        for (std::size_t i = 1; i < rows.size(); ++i) {
            cv::line(canvas,
                     place(rows[i - 1].step, curve.value(rows[i - 1])),
                     place(rows[i].step, curve.value(rows[i])),
                     curve.colour,
                     2,
                     cv::LINE_AA);
        }
        write(canvas, curve.name, kMargin + 120 * line++, 24, curve.colour);
    }
    media::save_png(path, image, true);
}

}  // namespace vasa::app
