// SPDX-License-Identifier: Apache-2.0
#include "vasa/eval/background_figures.h"

#include "image_metrics.h"
#include "statistics.h"

#include "vasa/core/error.h"
#include "vasa/eval/portrait_fit.h"
#include "vasa/face/face_encoder.h"
#include "vasa/media/image_file.h"

#include <algorithm>
#include <chrono>
#include <filesystem>

#include <opencv2/imgproc.hpp>

namespace vasa::eval {
namespace {

constexpr int kInner_px = head::kFrameSize_px * head::kCanvasScale;
constexpr int kBackgroundsEach = 2;

cv::Mat wrap(const core::ImageU8& image) {
    // OpenCV does not write to what it reads.
    return {image.height,
            image.width,
            CV_8UC(image.channels),
            const_cast<std::uint8_t*>(image.data.data())};
}

/// The photograph's middle as a square of the canvas's inner size.
cv::Mat square_of(const core::ImageU8& photo) {
    const int side = std::min(photo.width, photo.height);
    const cv::Rect middle((photo.width - side) / 2, (photo.height - side) / 2, side, side);
    cv::Mat square;
    cv::resize(wrap(photo)(middle), square, cv::Size(kInner_px, kInner_px), 0, 0, cv::INTER_AREA);
    return square;
}

/// The person of the canvas [1280, 1280, 4] before the photograph.
core::ImageU8 before(const cv::Mat& background, const core::ImageU8& canvas) {
    core::ImageU8 out(kInner_px, kInner_px, 3);
    for (int y = 0; y < kInner_px; ++y) {
        for (int x = 0; x < kInner_px; ++x) {
            const std::uint8_t* person =
                canvas.at(x + head::kCanvasMargin_px, y + head::kCanvasMargin_px);
            const auto& behind = background.at<cv::Vec3b>(y, x);
            for (int c = 0; c < 3; ++c) {
                const int sum = person[c] * person[3] + behind[c] * (255 - person[3]);
                out.at(x, y)[c] = static_cast<std::uint8_t>((sum + 127) / 255);
            }
        }
    }
    return out;
}

/// How deep each pixel of a crop lies behind the person's outline; 0 beside the person and where
/// the composite ends.
cv::Mat depth_behind(const core::ImageU8& canvas, const cv::Matx23d& crop_from_image) {
    const cv::Rect inner(head::kCanvasMargin_px, head::kCanvasMargin_px, kInner_px, kInner_px);
    cv::Mat matte, on_crop, inside, distance;
    cv::extractChannel(wrap(canvas)(inner), matte, 3);
    const cv::Size crop_size(head::kFrameSize_px, head::kFrameSize_px);
    cv::warpAffine(
        matte, on_crop, crop_from_image, crop_size, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    cv::warpAffine(
        cv::Mat(matte.size(), CV_8U, cv::Scalar(255)), inside, crop_from_image, crop_size);
    cv::distanceTransform(on_crop > 64, distance, cv::DIST_L2, 5);
    distance.setTo(0, inside < 255);
    return distance;
}

struct Sums {
    double error = 0, gradient_error = 0, gradient = 0, true_gradient = 0;
};

}  // namespace

BackgroundFigures measure_background(const std::string& model_dir,
                                     const std::vector<std::string>& portraits,
                                     const std::string& backgrounds,
                                     float depth_px,
                                     const core::ProgressFn& progress,
                                     const core::StopToken& stop) {
    const std::vector<std::string> photos = images_of(backgrounds);
    if (photos.empty()) {
        throw core::Error(core::ErrorKind::Input, "no photographs in '" + backgrounds + "'");
    }
    face::FaceEncoder encoder(model_dir);
    BackgroundFigures figures;
    Sums sums;
    std::vector<double> encode_s;
    for (std::size_t i = 0; i < portraits.size(); ++i) {
        stop.throw_if_stopped();
        try {
            const head::FaceCode person =
                encoder.encode(media::load_image(portraits[i]), portraits[i], {});
            for (std::size_t k = 0; k < kBackgroundsEach; ++k) {
                const std::string& photo = photos[(i * kBackgroundsEach + k) % photos.size()];
                const cv::Mat background = square_of(
                    media::load_image((std::filesystem::path(backgrounds) / photo).string()));
                const auto start = std::chrono::steady_clock::now();
                const head::FaceCode code =
                    encoder.encode(before(background, person.appearance.canvas),
                                   portraits[i] + " before " + photo,
                                   {});
                encode_s.push_back(
                    std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
                        .count());
                // Of pixels' corners here, of their centres in OpenCV.
                const core::Affine2& m = code.crop_from_image;
                const core::Vec2f middle = m(0.5, 0.5);
                const cv::Matx23d crop_from_image(
                    m.a, m.b, middle.x - 0.5, m.d, m.e, middle.y - 0.5);
                core::ImageU8 truth(head::kFrameSize_px, head::kFrameSize_px, 3);
                cv::Mat truth_view = wrap(truth), smooth;
                cv::GaussianBlur(background, smooth, {}, 0.8);  // the crop is half as large
                cv::warpAffine(smooth, truth_view, crop_from_image, truth_view.size());
                const cv::Mat depth = depth_behind(person.appearance.canvas, crop_from_image);
                for (int y = 0; y + 1 < truth.height; ++y) {
                    for (int x = 0; x + 1 < truth.width; ++x) {
                        const float d = depth.at<float>(y, x);
                        if (d <= 0 || d > depth_px) {
                            continue;
                        }
                        const core::ImageU8& plate = code.appearance.plate;
                        ++figures.num_pixels;
                        sums.error += difference(plate, truth, x, y);
                        sums.gradient_error += gradient_difference(plate, truth, x, y);
                        sums.gradient += gradient(plate, x, y);
                        sums.true_gradient += gradient(truth, x, y);
                    }
                }
            }
            ++figures.num_portraits;
        } catch (const core::Error& error) {
            if (error.kind() != core::ErrorKind::Input) {
                throw;
            }
        }
        if (progress) {
            progress(static_cast<std::int64_t>(i + 1), static_cast<std::int64_t>(portraits.size()));
        }
    }
    if (figures.num_pixels == 0) {
        throw core::Error(core::ErrorKind::Input, "no portrait could be put before a photograph");
    }
    const auto count = static_cast<double>(figures.num_pixels);
    figures.error = sums.error / count;
    figures.gradient_error = sums.gradient_error / count;
    figures.detail = sums.gradient / std::max(sums.true_gradient, 1e-9);
    figures.encode_s_median = quantile_of(encode_s, 0.5);
    return figures;
}

}  // namespace vasa::eval
