// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vasa/core/image.h"
#include "vasa/core/progress.h"
#include "vasa/core/stop_token.h"
#include "vasa/decode/batch_decoder.h"
#include "vasa/head/actions.h"
#include "vasa/head/face_code.h"
#include "vasa/head/pose.h"
#include "vasa/motion/emotion.h"

#include <optional>
#include <string>
#include <vector>

namespace vasa::report {

/// One column of a contact sheet: a change of the portrait's own pose, and actions set on top.
struct SheetColumn {
    std::string name;
    head::Pose pose_change;  ///< added to the portrait's pose
    std::vector<std::pair<head::Action, float>> actions;
    /// The portrait of a clip with a silent, still driver and this emotion, in place of the above.
    std::optional<motion::EmotionMix> emotion = {};
};

/// Limits at which frames must be clean: yaw ±25°, pitch ±20°, roll ±20°, and strong actions.
std::vector<SheetColumn> standard_columns();
/// Close-up columns of mouths, lids and gaze.
std::vector<SheetColumn> expression_columns();
/// A blink in five steps, gaze in eight directions by 20°, wide eyes.
std::vector<SheetColumn> eye_columns();
/// The portrait and four distances, 0.8 to 2.
std::vector<SheetColumn> distance_columns();
/// Expressions that fold the skin.
std::vector<SheetColumn> skin_columns();
/// Turns by up to 45° to both sides.
std::vector<SheetColumn> turn_columns();
/// Neutral and every emotion at a strength.
std::vector<SheetColumn> emotion_columns(float strength);

struct ContactSheetOptions {
    std::string model_dir;
    std::vector<std::string> portraits;
    std::vector<SheetColumn> columns;
    int tile_px = 256;
    /// Part of the frame shown, as x, y, size in frame pixels.
    int crop_x = 0, crop_y = 0, crop_size = head::kFrameSize_px;
    decode::BatchNetwork network;  ///< on the CPU; null = geometry alone
};

/// Renders portraits (rows) under poses and actions (columns). A portrait that cannot be encoded
/// gives a grey row and a warning.
core::ImageU8 render_contact_sheet(const ContactSheetOptions& options,
                                   const core::ProgressFn& progress,
                                   const core::StopToken& stop);

}  // namespace vasa::report
