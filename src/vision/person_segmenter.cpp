// SPDX-License-Identifier: Apache-2.0
#include "vasa/vision/person_segmenter.h"

#include "network.h"
#include "network_input.h"

#include "vasa/core/error.h"
#include "vasa/media/opencv_error.h"
#include "vasa/models/model_files.h"

#include <algorithm>

#include <opencv2/imgproc.hpp>

namespace vasa::vision {
namespace {

constexpr int kMaskSize = 256;

}  // namespace

struct PersonSegmenter::State {
    Network network;
};

PersonSegmenter::PersonSegmenter(const std::string& model_dir)
    : state_(new State{Network(model_dir, models::kPersonFile)}) {}

PersonSegmenter::~PersonSegmenter() = default;

core::ImageF PersonSegmenter::segment_square(const core::ImageU8& rgb) {
    const cv::Mat image = view_as_mat(rgb);
    cv::Mat square;
    try {
        const bool shrinks = image.cols > kMaskSize || image.rows > kMaskSize;
        cv::resize(image,
                   square,
                   {kMaskSize, kMaskSize},
                   0,
                   0,
                   shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
    } catch (const cv::Exception& error) {
        throw core::Error(media::kind_of(error, core::ErrorKind::Internal),
                          "person segmenter: " + error.err);
    }
    core::ImageF mask;
    mask.width = kMaskSize;
    mask.height = kMaskSize;
    mask.channels = 1;
    mask.data = std::move(state_->network.run(rgb_blob(square, 1 / 255.0F, 0.0F),
                                              {{"mask", std::size_t{kMaskSize} * kMaskSize}})[0]);
    for (float& value : mask.data) {
        value = std::clamp(value, 0.0F, 1.0F);
    }
    return mask;
}

}  // namespace vasa::vision
