// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core/mat.hpp>

namespace vasa::face {

/// Fills unknown colours (weight 0) from known ones (weight 1), coarse to fine.
/// Source: Gortler et al., The Lumigraph (1996), pull-push.
/// @param colour  f32, 3 channels
/// @param weight  f32, 1 channel, 0..1
cv::Mat pull_push(const cv::Mat& colour, const cv::Mat& weight);

}  // namespace vasa::face
