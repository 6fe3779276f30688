// SPDX-License-Identifier: Apache-2.0
#include "vasa/report/contact_sheet.h"

#include "vasa/core/error.h"
#include "vasa/core/log.h"
#include "vasa/decode/geometry_renderer.h"
#include "vasa/drive/portrait_motion.h"
#include "vasa/face/face_encoder.h"
#include "vasa/head/action_groups.h"
#include "vasa/media/image_file.h"
#include "vasa/models/model_files.h"
#include "vasa/motion/controlled_motion.h"
#include "vasa/motion/emotional_motion.h"
#include "vasa/render/render_options.h"

#include <algorithm>
#include <cmath>

namespace vasa::report {
namespace {

using head::Action;
using head::Pose;

constexpr float kRadians = 3.14159265F / 180.0F;

Pose turned(float yaw_deg, float pitch_deg, float roll_deg) {
    Pose p;
    p.yaw_rad = yaw_deg * kRadians;
    p.pitch_rad = pitch_deg * kRadians;
    p.roll_rad = roll_deg * kRadians;
    return p;
}

const std::vector<std::pair<Action, float>> kBlink = {{Action::EyeBlinkLeft, 1.0F},
                                                      {Action::EyeBlinkRight, 1.0F}};

/// What a column shows of a portrait.
motion::MotionFrame face_of(const SheetColumn& column, const motion::MotionFrame& portrait) {
    if (column.emotion) {
        constexpr std::int64_t kSettled = 1000;  // frames, after which nothing eases any more
        const core::Rational fps = {motion::kMotionRate_hz, 1};
        motion::MotionFrame driver;
        motion::add_emotion(driver, *column.emotion, static_cast<double>(kSettled) / fps.value());
        return drive::put_on_portrait(
            driver, kSettled, fps, portrait, render::RenderOptions{}.keep_expression);
    }
    motion::MotionFrame face = portrait;
    face.pose = head::offset(face.pose, column.pose_change);
    for (const auto& [action, value] : column.actions) {
        face.actions[action] = value;
    }
    return face;
}

/// Copies a square of a frame into a tile, averaging the pixels that coincide.
void put_tile(const core::ImageU8& frame,
              const ContactSheetOptions& o,
              core::ImageU8& sheet,
              int left,
              int top) {
    for (int y = 0; y < o.tile_px; ++y) {
        const int y0 = o.crop_y + y * o.crop_size / o.tile_px;
        const int y1 = std::max(y0 + 1, o.crop_y + (y + 1) * o.crop_size / o.tile_px);
        for (int x = 0; x < o.tile_px; ++x) {
            const int x0 = o.crop_x + x * o.crop_size / o.tile_px;
            const int x1 = std::max(x0 + 1, o.crop_x + (x + 1) * o.crop_size / o.tile_px);
            for (int c = 0; c < 3; ++c) {
                int sum = 0;
                for (int v = y0; v < y1; ++v) {
                    for (int u = x0; u < x1; ++u) {
                        sum += frame.at(u, v)[c];
                    }
                }
                const int count = (y1 - y0) * (x1 - x0);
                sheet.at(left + x, top + y)[c] =
                    static_cast<std::uint8_t>((sum + count / 2) / count);
            }
        }
    }
}

}  // namespace

std::vector<SheetColumn> standard_columns() {
    return {{"portrait", {}, {}},
            {"yaw +25", turned(25, 0, 0), {}},
            {"yaw -25", turned(-25, 0, 0), {}},
            {"pitch +20", turned(0, 20, 0), {}},
            {"pitch -20", turned(0, -20, 0), {}},
            {"roll +20", turned(0, 0, 20), {}},
            {"roll -20", turned(0, 0, -20), {}},
            {"jaw open", {}, {{Action::JawOpen, 0.6F}}},
            {"blink, turned", turned(12, -5, 0), kBlink},
            {"corner", turned(-20, 12, 8), {{Action::JawOpen, 0.3F}, {Action::MouthFunnel, 0.5F}}}};
}

std::vector<SheetColumn> expression_columns() {
    return {{"portrait", {}, {}},
            {"half blink", {}, {{Action::EyeBlinkLeft, 0.5F}, {Action::EyeBlinkRight, 0.5F}}},
            {"blink", {}, kBlink},
            {"look left", {}, {{Action::EyeLookOutLeft, 0.6F}, {Action::EyeLookInRight, 0.6F}}},
            {"look up", {}, {{Action::EyeLookUpLeft, 0.6F}, {Action::EyeLookUpRight, 0.6F}}},
            {"jaw 0.25", {}, {{Action::JawOpen, 0.25F}}},
            {"jaw 1", {}, {{Action::JawOpen, 1.0F}}},
            {"closed lips",
             {},
             {{Action::JawOpen, 0.0F},
              {Action::MouthPressLeft, 0.6F},
              {Action::MouthPressRight, 0.6F}}},
            {"smile",
             {},
             {{Action::MouthSmileLeft, 0.8F},
              {Action::MouthSmileRight, 0.8F},
              {Action::JawOpen, 0.1F}}},
            {"pucker", {}, {{Action::MouthPucker, 0.9F}}},
            {"funnel", {}, {{Action::MouthFunnel, 0.8F}, {Action::JawOpen, 0.25F}}},
            {"brows",
             {},
             {{Action::BrowInnerUp, 0.9F},
              {Action::BrowOuterUpLeft, 0.9F},
              {Action::BrowOuterUpRight, 0.9F}}}};
}

std::vector<SheetColumn> eye_columns() {
    constexpr float kGaze_rad = 20 * kRadians;
    std::vector<SheetColumn> columns;
    for (const float blink : {0.0F, 0.25F, 0.5F, 0.75F, 1.0F}) {
        columns.push_back(
            {"blink", {}, {{Action::EyeBlinkLeft, blink}, {Action::EyeBlinkRight, blink}}});
    }
    for (int k = 0; k < 8; ++k) {
        const float angle_rad = static_cast<float>(k) * 45 * kRadians;
        const head::Gaze gaze = {kGaze_rad * std::cos(angle_rad), kGaze_rad * std::sin(angle_rad)};
        head::Actions actions;
        head::set_gaze(actions, gaze, gaze);
        SheetColumn column = {"gaze", {}, {}};
        for (int a = 0; a < head::kNumActions; ++a) {
            if (head::is_gaze_action(static_cast<Action>(a))) {
                column.actions.emplace_back(static_cast<Action>(a), actions.values[a]);
            }
        }
        column.actions.insert(column.actions.end(),
                              {{Action::EyeBlinkLeft, 0.0F}, {Action::EyeBlinkRight, 0.0F}});
        columns.push_back(column);
    }
    columns.push_back({"wide",
                       {},
                       {{Action::EyeBlinkLeft, 0.0F},
                        {Action::EyeBlinkRight, 0.0F},
                        {Action::EyeWideLeft, 1.0F},
                        {Action::EyeWideRight, 1.0F}}});
    return columns;
}

std::vector<SheetColumn> distance_columns() {
    std::vector<SheetColumn> columns;
    for (const float distance : {1.0F, 0.8F, 1.3F, 1.5F, 2.0F}) {
        motion::ControlFrame control;
        control.distance = distance;
        Pose change;
        change.z_cm = motion::asked_depth_cm(control);
        columns.push_back({"distance", change, {}});
    }
    return columns;
}

std::vector<SheetColumn> skin_columns() {
    const auto smile = [](float strength) {
        return std::vector<std::pair<Action, float>>{{Action::MouthSmileLeft, strength},
                                                     {Action::MouthSmileRight, strength},
                                                     {Action::CheekSquintLeft, 0.6F * strength},
                                                     {Action::CheekSquintRight, 0.6F * strength},
                                                     {Action::EyeSquintLeft, 0.4F * strength},
                                                     {Action::EyeSquintRight, 0.4F * strength}};
    };
    return {{"portrait", {}, {}},
            {"half smile", {}, smile(0.4F)},
            {"smile", {}, smile(0.8F)},
            {"squint",
             {},
             {{Action::EyeSquintLeft, 0.9F},
              {Action::EyeSquintRight, 0.9F},
              {Action::CheekSquintLeft, 0.7F},
              {Action::CheekSquintRight, 0.7F}}},
            {"brows up",
             {},
             {{Action::BrowInnerUp, 0.9F},
              {Action::BrowOuterUpLeft, 0.9F},
              {Action::BrowOuterUpRight, 0.9F}}},
            {"brows down",
             {},
             {{Action::BrowDownLeft, 0.9F},
              {Action::BrowDownRight, 0.9F},
              {Action::NoseSneerLeft, 0.4F},
              {Action::NoseSneerRight, 0.4F}}}};
}

std::vector<SheetColumn> turn_columns() {
    std::vector<SheetColumn> columns;
    for (const float yaw_deg : {-45.0F, -30.0F, -15.0F, 0.0F, 15.0F, 30.0F, 45.0F}) {
        columns.push_back(
            {"yaw " + std::to_string(static_cast<int>(yaw_deg)), turned(yaw_deg, 0, 0), {}});
    }
    return columns;
}

std::vector<SheetColumn> emotion_columns(float strength) {
    std::vector<SheetColumn> columns = {{"neutral", {}, {}, motion::EmotionMix{}}};
    for (int e = 0; e < motion::kNumEmotions; ++e) {
        motion::EmotionMix mix{};
        mix[static_cast<std::size_t>(e)] = strength;
        const auto emotion = static_cast<motion::Emotion>(e);
        columns.push_back({std::string(motion::emotion_name(emotion)), {}, {}, mix});
    }
    return columns;
}

core::ImageU8 render_contact_sheet(const ContactSheetOptions& options,
                                   const core::ProgressFn& progress,
                                   const core::StopToken& stop) {
    if (options.portraits.empty() || options.columns.empty() || options.tile_px < 16 ||
        options.tile_px > head::kFrameSize_px || options.crop_x < 0 || options.crop_y < 0 ||
        options.crop_size < options.tile_px / 4 ||
        std::max(options.crop_x, options.crop_y) + options.crop_size > head::kFrameSize_px) {
        throw core::Error(core::ErrorKind::Usage, "contact sheet options out of range");
    }
    face::FaceEncoder encoder(options.model_dir);
    const auto rows = static_cast<int>(options.portraits.size());
    const auto columns = static_cast<int>(options.columns.size());
    core::ImageU8 sheet(columns * options.tile_px, rows * options.tile_px, 3, 96);
    decode::BatchDecoderOptions decoding;
    decoding.network = options.network;
    const auto folds = head::SkinFolds::load(options.model_dir + "/" + models::kSkinFoldsFile);
    decoding.folds = &folds;
    for (int r = 0; r < rows; ++r) {
        stop.throw_if_stopped();
        try {
            const core::ImageU8 image = media::load_image(options.portraits[r]);
            const head::FaceCode code = encoder.encode(image, options.portraits[r]);
            decode::BatchDecoder decoder(encoder.head_model(), code, decoding);
            for (int c = 0; c < columns; ++c) {
                const SheetColumn& column = options.columns[c];
                const motion::MotionFrame face = face_of(column, {code.pose, code.actions});
                const core::ImageU8 frame =
                    decoder.decode_rgb({face.pose, face.actions, face.tongue});
                put_tile(frame, options, sheet, c * options.tile_px, r * options.tile_px);
            }
        } catch (const core::Error& error) {
            if (error.kind() != core::ErrorKind::Input) {
                throw;
            }
            core::log_warning(options.portraits[r] + ": " + error.what());
        }
        if (progress) {
            progress(r + 1, rows);
        }
    }
    return sheet;
}

}  // namespace vasa::report
