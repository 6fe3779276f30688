// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/geometry.h"
#include "vasa/vision/face_detector.h"

#include <vector>

namespace vasa::vision {

/// A square grid of anchor centres, `per_cell` in each cell.
struct AnchorGrid {
    int cells;
    int per_cell;
};

/// Anchor centres in 0..1, grid by grid, row by row, cell by cell.
std::vector<core::Vec2f> make_anchors(const std::vector<AnchorGrid>& grids);

/// Faces from one network's raw outputs, in 0..1 of its square input, not yet merged.
///
/// @param regressors      [anchors, 16] box centre, box size, six keypoints, input pixels
/// @param classificators  [anchors] logits
/// @throws Error(Internal) if the sizes do not match.
std::vector<FaceDetection> decode_faces(const std::vector<core::Vec2f>& anchors,
                                        int input_size,
                                        const std::vector<float>& regressors,
                                        const std::vector<float>& classificators,
                                        float min_score);

/// Intersection over union of two boxes, 0..1.
float box_iou(const FaceDetection& a, const FaceDetection& b);

/// Weighted non-maximum suppression: each best box becomes the score-weighted mean of those that
/// overlap it by more than `min_iou`; it keeps its own score and turns. Best score first.
/// Source: Bazarevsky et al., BlazeFace (2019), "blending".
std::vector<FaceDetection> blend_faces(std::vector<FaceDetection> faces, float min_iou = 0.3F);

/// Keeps the best of faces that overlap or contain each other. Largest first.
std::vector<FaceDetection> drop_duplicates(std::vector<FaceDetection> faces);

/// Maps box and keypoints; the box becomes the upright bounding box of the mapped one.
FaceDetection map_face(const core::Affine2& map, const FaceDetection& face);

/// Angle of the line from the right to the left eye, radians, clockwise in the image.
float eye_angle_rad(const FaceDetection& face);

/// Maps from an image turned counter-clockwise to the unturned image of this size.
core::Affine2 image_from_turned(int quarter_turns, double width, double height);

}  // namespace vasa::vision
