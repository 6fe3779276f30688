// SPDX-License-Identifier: Apache-2.0
#include "golden_frames.h"

#include "support/painted_face.h"

#include "vasa/decode/batch_decoder.h"
#include "vasa/face/face_encoder.h"
#include "vasa/media/image_file.h"
#include "vasa/models/model_files.h"

#include <filesystem>
#include <utility>

namespace vasa::golden {
namespace {

using head::Action;

/// How a frame differs from the portrait.
struct Change {
    std::string name;
    head::Pose pose;  ///< added to the portrait's
    std::vector<std::pair<Action, float>> actions;
};

/// Mean of 2×2 pixels each.
core::ImageU8 halved(const core::ImageU8& frame) {
    core::ImageU8 out(kGoldenSize_px, kGoldenSize_px, 3);
    for (int y = 0; y < kGoldenSize_px; ++y) {
        for (int x = 0; x < kGoldenSize_px; ++x) {
            for (int c = 0; c < 3; ++c) {
                const int sum = frame.at(2 * x, 2 * y)[c] + frame.at(2 * x + 1, 2 * y)[c] +
                                frame.at(2 * x, 2 * y + 1)[c] + frame.at(2 * x + 1, 2 * y + 1)[c];
                out.at(x, y)[c] = static_cast<std::uint8_t>((sum + 2) / 4);
            }
        }
    }
    return out;
}

/// The fast decoder in fp32, which gives equal results on all processors except for rounding.
decode::BatchNetwork load_fast_decoder(const std::string& model_dir) {
    return decode::load_batch_network(
        model_dir + "/" + models::frame_decoder_file("fast"), "cpu", decode::Precision::Fp32);
}

/// @param network  null = the geometry alone
void add_frames(const head::HeadModel& model,
                const head::FaceCode& code,
                const decode::BatchNetwork& network,
                const std::vector<Change>& changes,
                std::vector<GoldenFrame>& frames) {
    decode::BatchDecoderOptions options;
    options.network = network;
    decode::BatchDecoder decoder(model, code, options);
    for (const Change& change : changes) {
        head::Pose pose = code.pose;
        pose.yaw_rad += change.pose.yaw_rad;
        pose.pitch_rad += change.pose.pitch_rad;
        pose.roll_rad += change.pose.roll_rad;
        pose.z_cm += change.pose.z_cm;
        head::Actions actions = code.actions;
        for (const auto& [action, value] : change.actions) {
            actions[action] = value;
        }
        frames.push_back({change.name, halved(decoder.decode_rgb({pose, actions}))});
    }
}

/// Paints a background with a pattern, so that a shift becomes visible.
void paint_plate(head::FaceCode& code) {
    core::ImageU8& plate = code.appearance.plate;
    for (int y = 0; y < plate.height; ++y) {
        for (int x = 0; x < plate.width; ++x) {
            const bool is_light = (x / 32 + y / 32) % 2 == 0;
            std::uint8_t* out = plate.at(x, y);
            out[0] = is_light ? 120 : 96;
            out[1] = is_light ? 136 : 112;
            out[2] = is_light ? 150 : 128;
        }
    }
    support::set_crop(code);
}

}  // namespace

std::vector<GoldenFrame> synthetic_frames(const std::string& model_dir) {
    const head::HeadModel model = support::load_head();
    const decode::BatchNetwork network = load_fast_decoder(model_dir);
    std::vector<GoldenFrame> frames;
    head::FaceCode still = support::make_painted_face(model, 11);
    paint_plate(still);
    add_frames(
        model,
        still,
        nullptr,
        {{"geometry_portrait", {}, {}},
         {"geometry_yaw", {0.35F, 0.1F}, {}},
         {"geometry_blink", {}, {{Action::EyeBlinkLeft, 1.0F}, {Action::EyeBlinkRight, 1.0F}}},
         {"geometry_open_mouth", {0, 0.12F, -0.1F}, {{Action::JawOpen, 0.8F}}}},
        frames);
    head::Actions smile;
    smile[Action::JawOpen] = 0.15F;
    smile[Action::MouthSmileLeft] = smile[Action::MouthSmileRight] = 0.6F;
    support::FacePaint paint;
    paint.skin = {150, 104, 82};
    paint.mouth = {226, 214, 198};
    head::FaceCode smiling = support::make_painted_face(model, 12, smile, paint);
    paint_plate(smiling);
    add_frames(model,
               smiling,
               network,
               {{"fast_smile_roll", {-0.2F, 0, 0.2F}, {}},
                {"fast_open_mouth_near", {0, 0, 0, 0, 0, 15}, {{Action::JawOpen, 0.6F}}},
                {"fast_gaze_far",
                 {0.15F, -0.15F, 0, 0, 0, -25},
                 {{Action::EyeLookOutLeft, 0.7F},
                  {Action::EyeLookInRight, 0.7F},
                  {Action::MouthPucker, 0.8F},
                  {Action::JawOpen, 0}}}},
               frames);
    return frames;
}

std::string example_portrait() {
    const std::string path = "/usr/share/matplotlib/mpl-data/sample_data/grace_hopper.jpg";
    return std::filesystem::exists(path) ? path : "";
}

std::vector<GoldenFrame> portrait_frames(const std::string& model_dir) {
    face::FaceEncoder encoder(model_dir);
    const head::FaceCode code =
        encoder.encode(media::load_image(example_portrait()), "grace_hopper.jpg");
    const decode::BatchNetwork network = load_fast_decoder(model_dir);
    std::vector<GoldenFrame> frames;
    add_frames(encoder.head_model(),
               code,
               network,
               {{"portrait_yaw", {0.3F}, {{Action::BrowInnerUp, 0.6F}}},
                {"portrait_blink",
                 {0, 0.1F, 0.1F},
                 {{Action::EyeBlinkLeft, 1.0F}, {Action::EyeBlinkRight, 1.0F}}},
                {"portrait_open_mouth", {-0.2F, 0, 0, 0, 0, -10}, {{Action::JawOpen, 0.6F}}}},
               frames);
    return frames;
}

}  // namespace vasa::golden
