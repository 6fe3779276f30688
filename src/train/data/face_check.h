// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/core/stop_token.h"
#include "vasa/train/prepare.h"
#include "vasa/vision/face_detector.h"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace vasa::train {

/// Sharpness of a part of an image: mean squared gradient of the grey values over their variance,
/// at no more than 128 pixels per side. Does not change with brightness or contrast.
/// @param x0, y0, side  square, pixels; outside the image, border pixels repeat
double sharpness(const core::ImageU8& rgb, double x0, double y0, double side);

/// Detectors lent to one thread at a time; loading one takes long.
class DetectorPool {
  public:
    explicit DetectorPool(std::string model_dir) : model_dir_(std::move(model_dir)) {}
    std::vector<vision::FaceDetection> detect(const core::ImageU8& rgb);

  private:
    std::string model_dir_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<vision::FaceDetector>> free_;
};

/// Checks some frames of a video. @return the reason to drop it, empty if there is none
std::string check_faces(const std::string& video,
                        const PrepareOptions& options,
                        DetectorPool& detectors,
                        const core::StopToken& stop);

}  // namespace vasa::train
