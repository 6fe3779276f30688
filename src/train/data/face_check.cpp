// SPDX-License-Identifier: Apache-2.0
#include "data/face_check.h"

#include "vasa/face/video_track.h"
#include "vasa/models/model_files.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace vasa::train {
namespace {

constexpr int kNumFrames = 5;
constexpr int kLargestSide = 128;
constexpr int kSmallestSide = 16;
/// A second face of this share of the first one's size is a second person, not a distant picture.
constexpr float kRivalShare = 0.5F;

double grey(const core::ImageU8& rgb, int x, int y) {
    const std::uint8_t* pixel =
        rgb.at(std::clamp(x, 0, rgb.width - 1), std::clamp(y, 0, rgb.height - 1));
    return rgb.channels < 3 ? pixel[0] : 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];
}

/// Mean of the pixels in the square that becomes one target pixel.
double area_mean(const core::ImageU8& rgb, double x0, double y0, double step) {
    const auto first_x = static_cast<int>(std::floor(x0)),
               first_y = static_cast<int>(std::floor(y0));
    const int last_x = std::max(first_x, static_cast<int>(std::ceil(x0 + step)) - 1);
    const int last_y = std::max(first_y, static_cast<int>(std::ceil(y0 + step)) - 1);
    double sum = 0;
    for (int y = first_y; y <= last_y; ++y) {
        for (int x = first_x; x <= last_x; ++x) {
            sum += grey(rgb, x, y);
        }
    }
    return sum / ((last_x - first_x + 1) * (last_y - first_y + 1));
}

}  // namespace

double sharpness(const core::ImageU8& rgb, double x0, double y0, double side) {
    const int n = std::clamp(static_cast<int>(side), kSmallestSide, kLargestSide);
    std::vector<double> values(static_cast<std::size_t>(n) * n);
    const double step = side / n;
    double sum = 0, sum_squares = 0;
    for (int y = 0; y < n; ++y) {
        for (int x = 0; x < n; ++x) {
            const double value = area_mean(rgb, x0 + x * step, y0 + y * step, step);
            values[static_cast<std::size_t>(y) * n + x] = value;
            sum += value;
            sum_squares += value * value;
        }
    }
    double energy = 0;
    for (int y = 0; y + 1 < n; ++y) {
        for (int x = 0; x + 1 < n; ++x) {
            const double* at = &values[static_cast<std::size_t>(y) * n + x];
            energy += (at[1] - at[0]) * (at[1] - at[0]) + (at[n] - at[0]) * (at[n] - at[0]);
        }
    }
    const double count = static_cast<double>(n) * n;
    const double variance = sum_squares / count - (sum / count) * (sum / count);
    return variance > 1e-6 ? energy / ((n - 1.0) * (n - 1.0)) / variance : 0.0;
}

std::vector<vision::FaceDetection> DetectorPool::detect(const core::ImageU8& rgb) {
    std::unique_ptr<vision::FaceDetector> detector;
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (!free_.empty()) {
            detector = std::move(free_.back());
            free_.pop_back();
        }
    }
    if (detector == nullptr) {
        detector = std::make_unique<vision::FaceDetector>(models::vision_dir(model_dir_));
    }
    std::vector<vision::FaceDetection> faces = detector->detect(rgb);
    const std::lock_guard<std::mutex> lock(mutex_);
    free_.push_back(std::move(detector));
    return faces;
}

std::string check_faces(const std::string& video,
                        const PrepareOptions& options,
                        DetectorPool& detectors,
                        const core::StopToken& stop) {
    int num_frames = 0, num_found = 0, num_several = 0;
    std::vector<double> sharp;
    for (const core::ImageU8& frame : face::spread_frames(video, kNumFrames, stop)) {
        const std::vector<vision::FaceDetection> faces = detectors.detect(frame);
        ++num_frames;
        if (faces.empty()) {
            continue;
        }
        ++num_found;
        const vision::FaceDetection& face = faces.front();
        num_several += faces.size() > 1 && faces[1].size() > kRivalShare * face.size() ? 1 : 0;
        sharp.push_back(sharpness(frame,
                                  0.5 * (face.x0 + face.x1 - face.size()),
                                  0.5 * (face.y0 + face.y1 - face.size()),
                                  face.size()));
    }
    if (2 * num_found <= num_frames) {
        return "no face";
    }
    if (3 * num_several > num_found) {
        return "several faces";
    }
    const auto middle = sharp.begin() + static_cast<std::ptrdiff_t>(sharp.size() / 2);
    std::nth_element(sharp.begin(), middle, sharp.end());
    return *middle < options.min_sharpness ? "blurred" : "";
}

}  // namespace vasa::train
