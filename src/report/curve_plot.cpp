// SPDX-License-Identifier: Apache-2.0
#include "vasa/report/curve_plot.h"

#include "vasa/core/image.h"
#include "vasa/media/image_file.h"

#include <algorithm>
#include <cstdio>
#include <functional>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace vasa::report {
namespace {

constexpr int kWidth = 900, kHeight = 420, kMargin = 48;

template <class Row>
struct Curve {
    const char* name;
    cv::Scalar colour;
    std::function<double(const Row&)> value;
};

void write(cv::Mat& canvas, const std::string& text, int x, int y, const cv::Scalar& colour) {
    cv::putText(canvas, text, {x, y}, cv::FONT_HERSHEY_SIMPLEX, 0.4, colour, 1, cv::LINE_AA);
}

/// Values above `limit` are drawn at the top.
template <class Row>
void plot(const std::string& path,
          const std::vector<Row>& rows,
          const std::vector<Curve<Row>>& curves,
          double limit) {
    core::ImageU8 image(kWidth, kHeight, 3);
    cv::Mat canvas(kHeight, kWidth, CV_8UC3, image.data.data());
    canvas.setTo(cv::Scalar(255, 255, 255));
    const cv::Scalar grey(150, 150, 150), black(0, 0, 0);
    double top = 0.1;
    int last_step = 1;
    for (const Row& row : rows) {
        for (const Curve<Row>& curve : curves) {
            top = std::max(top, std::min(curve.value(row), limit));
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
    for (const Curve<Row>& curve : curves) {
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

}  // namespace

void plot_motion_curves(const std::string& path, const std::vector<train::MotionValidation>& rows) {
    const std::vector<Curve<train::MotionValidation>> curves = {
        {"all, step 100", {120, 170, 255}, [](const auto& r) { return r.error_100; }},
        {"all, step 500", {40, 90, 220}, [](const auto& r) { return r.error_500; }},
        {"all, step 900", {10, 30, 120}, [](const auto& r) { return r.error_900; }},
        {"mouth, step 100", {255, 170, 120}, [](const auto& r) { return r.mouth_100; }},
        {"mouth, step 500", {230, 90, 40}, [](const auto& r) { return r.mouth_500; }},
        {"mouth, step 900", {130, 30, 10}, [](const auto& r) { return r.mouth_900; }},
        {"lips, mm / 10", {40, 150, 40}, [](const auto& r) { return r.lip_error_cm; }},
    };
    plot(path, rows, curves, 1.2);
}

void plot_decoder_curves(const std::string& path,
                         const std::vector<train::DecoderValidation>& rows) {
    const auto colour = [](const train::LostErrors& e) {
        return e.colour_geometry > 0 ? e.colour_network / e.colour_geometry : 0;
    };
    const auto gradient = [](const train::LostErrors& e) {
        return e.gradient_geometry > 0 ? e.gradient_network / e.gradient_geometry : 0;
    };
    const std::vector<Curve<train::DecoderValidation>> curves = {
        {"mouth", {220, 60, 40}, [&](const auto& r) { return colour(r.mouth); }},
        {"mouth, gradient", {255, 170, 130}, [&](const auto& r) { return gradient(r.mouth); }},
        {"eyes", {40, 90, 220}, [&](const auto& r) { return colour(r.eyes); }},
        {"eyes, gradient", {130, 170, 255}, [&](const auto& r) { return gradient(r.eyes); }},
        {"skin", {40, 150, 40}, [&](const auto& r) { return colour(r.skin); }},
        {"skin, gradient", {130, 210, 130}, [&](const auto& r) { return gradient(r.skin); }},
    };
    plot(path, rows, curves, 1.2);
}

void plot_sync_curves(const std::string& path, const std::vector<train::SyncValidation>& rows) {
    constexpr double kMaxLoss = 8.0;  // above the loss of guessing among a batch's windows, ln 288
    const std::vector<Curve<train::SyncValidation>> curves = {
        {"training", {120, 170, 255}, [](const auto& r) { return r.train_loss; }},
        {"held out", {40, 90, 220}, [](const auto& r) { return r.held_out_loss; }},
        {"not found", {230, 90, 40}, [](const auto& r) { return 1.0 - r.accuracy; }},
    };
    plot(path, rows, curves, kMaxLoss);
}

}  // namespace vasa::report
