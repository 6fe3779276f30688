// SPDX-License-Identifier: Apache-2.0
#include "vasa/eval/background_figures.h"

#include "image_metrics.h"
#include "statistics.h"

#include "vasa/core/error.h"
#include "vasa/eval/portrait_fit.h"
#include "vasa/face/face_encoder.h"
#include "vasa/media/cv_image.h"
#include "vasa/media/image_file.h"

#include <algorithm>
#include <chrono>
#include <filesystem>

#include <opencv2/imgproc.hpp>

namespace vasa::eval {
namespace {

constexpr int kInner_px = head::kFrameSize_px * head::kCanvasScale;
constexpr int kBackgroundsEach = 2;

/// The central square of the photograph, at the canvas's inner size.
cv::Mat square_of(const core::ImageU8& photo) {
    const int side = std::min(photo.width, photo.height);
    const cv::Rect middle((photo.width - side) / 2, (photo.height - side) / 2, side, side);
    cv::Mat square;
    cv::resize(
        media::wrap(photo)(middle), square, cv::Size(kInner_px, kInner_px), 0, 0, cv::INTER_AREA);
    return square;
}

/// The person of the canvas [1280, 1280, 4] composited over the photograph.
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

/// Depth of each pixel of a crop behind the person's outline; 0 beside the person and outside the
/// composite.
cv::Mat depth_behind(const core::ImageU8& canvas, const cv::Matx23d& crop_from_image) {
    const cv::Rect inner(head::kCanvasMargin_px, head::kCanvasMargin_px, kInner_px, kInner_px);
    cv::Mat matte, on_crop, inside, distance;
    cv::extractChannel(media::wrap(canvas)(inner), matte, 3);
    const cv::Size crop_size(head::kFrameSize_px, head::kFrameSize_px);
    cv::warpAffine(
        matte, on_crop, crop_from_image, crop_size, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    cv::warpAffine(
        cv::Mat(matte.size(), CV_8U, cv::Scalar(255)), inside, crop_from_image, crop_size);
    cv::distanceTransform(on_crop > 64, distance, cv::DIST_L2, 5);
    distance.setTo(0, inside < 255);
    return distance;
}

/// Maps the image to the crop as OpenCV does, which counts from pixel centres.
cv::Matx23d centred(const core::Affine2& map) {
    const core::Vec2f middle = map(0.5, 0.5);
    return {map.a, map.b, middle.x - 0.5, map.d, map.e, middle.y - 0.5};
}

/// The photograph as seen in the crop.
core::ImageU8 view_of(const cv::Mat& background, const cv::Matx23d& crop_from_image) {
    core::ImageU8 view(head::kFrameSize_px, head::kFrameSize_px, 3);
    cv::Mat smooth;
    cv::GaussianBlur(background, smooth, {}, 0.8);  // the crop is half as large
    cv::warpAffine(smooth, media::wrap(view), crop_from_image, {view.width, view.height});
    return view;
}

struct Sums {
    std::int64_t num_pixels = 0;
    double error = 0, gradient_error = 0, gradient = 0, true_gradient = 0;

    /// Compares pixels that are at most `depth_px` deep.
    void add(const core::ImageU8& plate,
             const core::ImageU8& truth,
             const cv::Mat& depth,
             float depth_px) {
        for (int y = 0; y + 1 < truth.height; ++y) {
            for (int x = 0; x + 1 < truth.width; ++x) {
                const float d = depth.at<float>(y, x);
                if (d > 0 && d <= depth_px) {
                    ++num_pixels;
                    error += difference(plate, truth, x, y);
                    gradient_error += gradient_difference(plate, truth, x, y);
                    gradient += eval::gradient(plate, x, y);
                    true_gradient += eval::gradient(truth, x, y);
                }
            }
        }
    }
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
                const cv::Matx23d crop_from_image = centred(code.crop_from_image);
                sums.add(code.appearance.plate,
                         view_of(background, crop_from_image),
                         depth_behind(person.appearance.canvas, crop_from_image),
                         depth_px);
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
    if (sums.num_pixels == 0) {
        throw core::Error(core::ErrorKind::Input, "no portrait could be put before a photograph");
    }
    figures.num_pixels = sums.num_pixels;
    const auto count = static_cast<double>(sums.num_pixels);
    figures.error = sums.error / count;
    figures.gradient_error = sums.gradient_error / count;
    figures.detail = sums.gradient / std::max(sums.true_gradient, 1e-9);
    figures.encode_s_median = quantile_of(encode_s, 0.5);
    return figures;
}

}  // namespace vasa::eval
