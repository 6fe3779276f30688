// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"

#include <memory>
#include <string>

namespace vasa::vision {

/// MediaPipe selfie segmentation: probability that a pixel belongs to a person.
class PersonSegmenter {
  public:
    /// @throws Error(Model) naming the file if it is missing or damaged.
    explicit PersonSegmenter(const std::string& model_dir);
    ~PersonSegmenter();

    /// @return [256, 256, 1] f32 in [0, 1]; the image is stretched onto this square.
    core::ImageF segment_square(const core::ImageU8& rgb);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

struct MatteOptions {
    /// Radius of the filter's window / longer side of the image, (0, 0.25].
    float radius = 0.012F;
    /// Colour variance (values 0..1) below which a window counts as flat, [1e-8, 1].
    float epsilon = 1e-4F;
    /// Alpha ≤ clip becomes 0, alpha ≥ 1 - clip becomes 1: removes the filter's haze,
    /// [0, 0.5).
    float clip = 0.1F;
    /// The filter's coefficients are computed on an image shrunk by this factor, 1..8.
    int subsampling = 2;

    /// @throws Error(Usage) naming the option and its range.
    void check() const;
};

/// Alpha matte from a coarse mask: refines it to the image's edges with a guided filter.
///
/// @param rgb   [h, w, 3]
/// @param mask  coarse person probability of the same field of view, any size, 1 channel
/// @return      [h, w, 1] f32 in [0, 1]
/// @throws Error(Input) if an image is empty or has the wrong number of channels.
/// Source: He et al., Guided Image Filtering (2013), eq. 5–8 and colour guidance eq. 19; subsampled
/// as in He and Sun, Fast Guided Filter (2015).
core::ImageF refine_matte(const core::ImageU8& rgb,
                          const core::ImageF& mask,
                          const MatteOptions& options = {});

}  // namespace vasa::vision
