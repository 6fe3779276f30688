// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/geometry.h"
#include "vasa/core/image.h"
#include "vasa/head/actions.h"
#include "vasa/head/landmarks.h"
#include "vasa/head/pose.h"

#include <string>
#include <vector>

namespace vasa::head {

/// Width and height of output frames, pixels.
constexpr int kFrameSize_px = 512;
/// The source canvas holds the crop at twice the frame's resolution, with a margin around it.
constexpr int kCanvasScale = 2;
constexpr int kCanvasMargin_px = 128;
constexpr int kCanvasSize_px = kFrameSize_px * kCanvasScale + 2 * kCanvasMargin_px;

/// Maps a crop pixel to canvas pixels.
inline core::Vec2f canvas_from_crop(core::Vec2f crop) {
    return {crop.x * kCanvasScale + kCanvasMargin_px, crop.y * kCanvasScale + kCanvasMargin_px};
}

/// Appearance of the portrait, addressed in canvas pixels = 2 × crop pixels + 128.
struct Appearance {
    /// [1280, 1280, 4] RGBA: the person's own colours (background removed at soft edges) and the
    /// matte (255 = person). Beyond the portrait, its border is extended.
    core::ImageU8 canvas;
    /// [512, 512, 3] the background with the person inpainted.
    core::ImageU8 plate;
    /// [512, 512, 3] the crop itself.
    core::ImageU8 crop;
};

/// A portrait in the face latent space: appearance, identity, pose and dynamics.
struct FaceCode {
    std::vector<float> identity;  ///< z_id: coefficients of the head model's identity basis
    Pose pose;                    ///< z_pose: portrait's pose in the crop's camera
    Actions actions;              ///< z_dyn: portrait's actions, gaze included
    Appearance appearance;        ///< V_app

    Landmarks landmarks{};  ///< portrait's landmarks, crop pixels
    core::Affine2 crop_from_image;
    float face_flag = 0;      ///< logit of the landmark network, below 5 is doubtful
    float fit_error = 0;      ///< mean inner landmark error / outer eye corner distance
    float source_scale = 0;   ///< portrait pixels per crop pixel
    std::string source_hash;  ///< SHA-256 of the portrait's pixels
    std::string head_hash;    ///< HeadModel::content_hash() of the identity's model

    /// Distance of the outer eye corners, crop pixels.
    float eye_distance_px() const;
};

/// Reads a FaceCode file. @throws Error(Input) if it is missing, damaged or of another version.
FaceCode load_face_code(const std::string& path);
/// Writes a FaceCode file (models::FileKind::FaceCode), atomically. @throws Error(Output)
void save_face_code(const std::string& path, const FaceCode& code, bool overwrite);

}  // namespace vasa::head
