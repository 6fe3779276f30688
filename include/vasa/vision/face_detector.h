// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/geometry.h"
#include "vasa/core/image.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

namespace vasa::vision {

/// One face found in an image; coordinates in image pixels (see core::Image).
struct FaceDetection {
    float score = 0;  ///< 0..1
    float x0 = 0, y0 = 0, x1 = 0, y1 = 0;
    /// Right eye, left eye (the person's), nose tip, mouth centre, right ear, left ear.
    std::array<core::Vec2f, 6> keypoints;
    /// Quarter turns (counter-clockwise) after which the face is nearest to upright: 0, 1, 2 or 3.
    int quarter_turns = 0;

    float size() const { return std::max(x1 - x0, y1 - y0); }
};

struct FaceDetectorOptions {
    float min_score_short = 0.5F;
    float min_score_full = 0.6F;
    /// Looks for faces lying on their side or upside down when none is found upright.
    bool try_rotations = true;
    /// Looks for faces half-way between two quarter turns when none is found otherwise. It takes as
    /// long as the rest of a search in vain: off for the frames of a video.
    bool try_tilts = false;
    /// Looks for small faces (full-range net, then overlapping crops) when none is found.
    bool try_small = true;
};

/// MediaPipe BlazeFace: short range first, then full range and overlapping crops for small faces,
/// then the image turned by quarter turns, then by an eighth more.
/// Source: Bazarevsky et al., BlazeFace (2019).
class FaceDetector {
  public:
    /// @param model_dir  folder with the ONNX files
    /// @throws Error(Model) naming the file if one is missing or damaged.
    explicit FaceDetector(const std::string& model_dir);
    ~FaceDetector();

    /// All faces, largest first; empty if there is none.
    std::vector<FaceDetection> detect(const core::ImageU8& rgb,
                                      const FaceDetectorOptions& options = {});

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace vasa::vision
