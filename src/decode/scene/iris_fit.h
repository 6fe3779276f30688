// SPDX-License-Identifier: Apache-2.0
// Where an iris lies in the canvas.
#pragma once

#include "scene/eye_patch.h"

#include "vasa/head/head_model.h"

namespace vasa::decode {

/// How the disc that landmarks give is moved onto the iris' edge. Lengths are fractions of its
/// radius.
struct IrisFitParams {
    float min_radius_px = 2.0F;  ///< canvas pixels
    float reach = 0.2F;          ///< of the centre in both directions; landmarks err by a tenth
    float step = 0.05F;
    float min_scale = 0.88F, max_scale = 1.15F;  ///< of the radius
    float beside_edge = 0.1F;     ///< from the edge to the samples inside and outside
    int num_angles = 36;          ///< samples around the edge
    float lashes_above = -0.2F;   ///< sine of the angle down from the horizontal
    int num_doubted = 8;          ///< samples without contrast added to the seen ones
    float distance_cost = 0.35F;  ///< share of the contrast lost at the end of the reach
    float min_contrast = 12.0F;   ///< luminance across the edge, 0..255; less is no edge
    float of_width = 0.205F;      ///< radius relative to the distance of the eye's corners
    float min_known = 0.5F;       ///< weight of a seen pixel
};

/// Disc of an eye's landmarks, canvas pixels.
/// @param eye  0 = right (image left), 1 = left
IrisDisc iris_of_landmarks(const head::FaceCode& code, int eye, const IrisFitParams& params = {});

/// Disc where the fitted head has its iris, canvas pixels, as large as the eye's width tells: of an
/// eye that the portrait shows shut.
IrisDisc iris_of_head(const head::Person& person,
                      const head::FaceCode& code,
                      int eye,
                      const IrisFitParams& params = {});

/// The disc near a given one whose edge has the greatest contrast, or the given one if there is no
/// clear edge. Source: Daugman, High confidence visual recognition of persons (1993),
/// integro-differential operator, where lids leave the edge free.
/// @param iris  patch pixels
IrisDisc fit_iris(const EyePatch& known, const IrisDisc& iris, const IrisFitParams& params = {});

}  // namespace vasa::decode
