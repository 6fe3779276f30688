// SPDX-License-Identifier: Apache-2.0
#include "vasa/head/face_code.h"

#include "vasa/core/error.h"
#include "vasa/core/safetensors.h"
#include "vasa/head/face_measures.h"
#include "vasa/head/head_model.h"
#include "vasa/models/file_marker.h"

#include <cmath>
#include <filesystem>

namespace vasa::head {
namespace {

using core::Error;
using core::ErrorKind;
using core::SafetensorsFile;

/// Values, which must lie within low..high.
std::vector<float> within(const SafetensorsFile& file,
                          const std::string& name,
                          const std::vector<std::int64_t>& shape,
                          float low,
                          float high) {
    std::vector<float> values = file.floats(name, shape);
    for (float v : values) {
        if (!(v >= low && v <= high)) {
            throw Error(ErrorKind::Input,
                        "face code '" + file.name() + "': tensor '" + name + "' holds " +
                            std::to_string(v) + ", expected " + std::to_string(low) + ".." +
                            std::to_string(high));
        }
    }
    return values;
}

/// SHA-256 in hex, or empty if unknown.
std::string hash(const SafetensorsFile& file, const std::string& key) {
    const std::string& text = file.metadata(key);
    if (!text.empty() &&
        (text.size() != 64 || text.find_first_not_of("0123456789abcdef") != std::string::npos)) {
        throw Error(ErrorKind::Input,
                    "face code '" + file.name() + "': '" + key +
                        "' is not a SHA-256, expected 64 lower-case hex digits");
    }
    return text;
}

core::ImageU8 image(const SafetensorsFile& file, const std::string& name, int size, int channels) {
    core::ImageU8 out;
    out.width = out.height = size;
    out.channels = channels;
    out.data = file.bytes(name, {size, size, channels});
    return out;
}

}  // namespace

float FaceCode::eye_distance_px() const {
    return head::eye_distance_px(landmarks);
}

FaceCode load_face_code(const std::string& path) {
    const SafetensorsFile file = SafetensorsFile::load(path, ErrorKind::Input);
    models::check_marker(file, models::FileKind::FaceCode);
    FaceCode code;
    code.identity = within(file, "identity", {-1}, -20.0F, 20.0F);
    if (static_cast<int>(code.identity.size()) > HeadModel::kMaxIdentity) {
        throw Error(ErrorKind::Input,
                    "face code '" + path + "' has " + std::to_string(code.identity.size()) +
                        " identity coefficients, expected at most " +
                        std::to_string(HeadModel::kMaxIdentity));
    }
    code.pose =
        pose_from_values(within(file, "pose", {kNumPoseValues}, -10000.0F, 10000.0F).data());
    if (!(code.pose.z_cm < -5.0F)) {
        throw Error(ErrorKind::Input, "face code '" + path + "': the head lies behind the camera");
    }
    const std::vector<float> actions = within(file, "actions", {kNumActions}, 0.0F, 1.0F);
    for (int a = 0; a < kNumActions; ++a) {
        code.actions.values[a] = actions[a];
    }
    const std::vector<float> landmarks =
        within(file, "landmarks", {kNumLandmarks, 2}, -100000.0F, 100000.0F);
    for (int i = 0; i < kNumLandmarks; ++i) {
        code.landmarks[i] = {landmarks[2 * i], landmarks[2 * i + 1]};
    }
    if (!(code.eye_distance_px() >= 4.0F)) {
        throw Error(ErrorKind::Input, "face code '" + path + "': the eyes lie on each other");
    }
    const std::vector<float> map = within(file, "crop_from_image", {6}, -1e6F, 1e6F);
    code.crop_from_image = {map[0], map[1], map[2], map[3], map[4], map[5]};
    if (!(std::fabs(code.crop_from_image.a * code.crop_from_image.e -
                    code.crop_from_image.b * code.crop_from_image.d) > 1e-9)) {
        throw Error(ErrorKind::Input, "face code '" + path + "': 'crop_from_image' has no inverse");
    }
    const std::vector<float> quality = within(file, "quality", {3}, -1e6F, 1e6F);
    if (!(quality[1] >= 0) || !(quality[2] >= 0)) {
        throw Error(ErrorKind::Input,
                    "face code '" + path + "': fit error " + std::to_string(quality[1]) +
                        " and scale " + std::to_string(quality[2]) + ", expected none below 0");
    }
    code.face_flag = quality[0];
    code.fit_error = quality[1];
    code.source_scale = quality[2];
    code.appearance.canvas = image(file, "canvas", kCanvasSize_px, 4);
    code.appearance.plate = image(file, "plate", kFrameSize_px, 3);
    code.appearance.crop = image(file, "crop", kFrameSize_px, 3);
    code.source_hash = hash(file, "source_hash");
    code.head_hash = hash(file, "head_hash");
    return code;
}

void save_face_code(const std::string& path, const FaceCode& code, bool overwrite) {
    std::error_code ec;
    if (!overwrite && std::filesystem::exists(path, ec)) {
        throw Error(ErrorKind::Output,
                    "output '" + path + "' exists already",
                    "give another name, or --force to replace it");
    }
    core::SafetensorsWriter out;
    models::write_marker(out, models::FileKind::FaceCode);
    out.set_metadata("source_hash", code.source_hash);
    out.set_metadata("head_hash", code.head_hash);
    out.add_f32("identity", {static_cast<std::int64_t>(code.identity.size())}, code.identity);
    const auto pose = pose_values(code.pose);
    out.add_f32("pose", {kNumPoseValues}, {pose.begin(), pose.end()});
    out.add_f32("actions", {kNumActions}, {code.actions.values.begin(), code.actions.values.end()});
    std::vector<float> landmarks;
    for (const core::Vec2f& l : code.landmarks) {
        landmarks.insert(landmarks.end(), {l.x, l.y});
    }
    out.add_f32("landmarks", {kNumLandmarks, 2}, landmarks);
    const core::Affine2& m = code.crop_from_image;
    out.add_f32("crop_from_image",
                {6},
                {static_cast<float>(m.a),
                 static_cast<float>(m.b),
                 static_cast<float>(m.c),
                 static_cast<float>(m.d),
                 static_cast<float>(m.e),
                 static_cast<float>(m.f)});
    out.add_f32("quality", {3}, {code.face_flag, code.fit_error, code.source_scale});
    const Appearance& a = code.appearance;
    out.add_u8("canvas", {kCanvasSize_px, kCanvasSize_px, 4}, a.canvas.data);
    out.add_u8("plate", {kFrameSize_px, kFrameSize_px, 3}, a.plate.data);
    out.add_u8("crop", {kFrameSize_px, kFrameSize_px, 3}, a.crop.data);
    out.save(path);
}

}  // namespace vasa::head
