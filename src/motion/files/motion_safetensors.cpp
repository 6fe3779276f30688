// SPDX-License-Identifier: Apache-2.0
#include "files/motion_files.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/safetensors.h"
#include "vasa/models/file_marker.h"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace vasa::motion {
namespace {

using core::Error;
using core::ErrorKind;

constexpr std::string_view kMetaPrefix = "meta.";
constexpr const char* kTongueTensor = "tongue";

std::string all_action_names() {
    std::string names;
    for (int k = 0; k < head::kNumActions; ++k) {
        names += (k > 0 ? "," : "") + std::string(head::action_name(static_cast<head::Action>(k)));
    }
    return names;
}

[[noreturn]] void refuse(const std::string& path, const std::string& what) {
    throw Error(ErrorKind::Input, "cannot read motion '" + path + "': " + what);
}

std::string at_frame(std::size_t frame, const std::string& name, float value) {
    return name + " of frame " + std::to_string(frame) + " is " + std::to_string(value);
}

/// @param tongue  null if the file does not have it
MotionFrame make_frame(const std::string& path,
                       std::size_t index,
                       const float* pose,
                       const float* actions,
                       const float* tongue) {
    const auto between_0_and_1 = [&](std::string_view name, float value) {
        if (!is_valid_action(value)) {
            refuse(path, at_frame(index, std::string(name), value) + ", expected 0 to 1");
        }
        return std::clamp(value, 0.0F, 1.0F);
    };
    MotionFrame frame;
    for (int k = 0; k < kNumPoseValues; ++k) {
        if (!is_valid_pose_value(k, pose[k])) {
            refuse(path, at_frame(index, kPoseNames[k], pose[k]) + ", out of range");
        }
        frame.pose.*kPoseMembers[k] = pose[k];
    }
    for (int k = 0; k < head::kNumActions; ++k) {
        frame.actions.values[k] =
            between_0_and_1(head::action_name(static_cast<head::Action>(k)), actions[k]);
    }
    for (int k = 0; tongue != nullptr && k < head::kNumTongueValues; ++k) {
        frame.tongue.*head::kTongueMembers[k] = between_0_and_1(head::kTongueNames[k], tongue[k]);
    }
    return frame;
}

void check_size(const std::string& path) {
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    if (!error && size > kMaxMotionBytes * 3) {
        refuse(path, "larger than 3 GiB");
    }
}

}  // namespace

MotionClip load_motion_safetensors(const std::string& path) {
    check_size(path);
    const core::SafetensorsFile file = core::SafetensorsFile::load(path, ErrorKind::Input);
    models::check_marker(file, models::FileKind::MotionClip);
    if (file.metadata("names") != all_action_names()) {
        refuse(path, "its action names are not the 52 of ARKit in their order");
    }
    const bool is_tongue_known = file.contains(kTongueTensor);
    std::vector<const char*> names = {"pose", "actions"};
    if (is_tongue_known) {
        names.push_back(kTongueTensor);
    }
    for (const char* name : names) {
        if (file.tensor(name).dtype != core::DType::F32) {
            refuse(path, std::string("tensor '") + name + "' is not f32");
        }
    }
    MotionClip clip;
    clip.fps = parse_motion_rate(file.metadata("fps"), path);
    const std::vector<float> pose = file.floats("pose", {-1, kNumPoseValues});
    const std::vector<float> actions = file.floats("actions", {-1, head::kNumActions});
    const std::vector<float> tongue = is_tongue_known
                                          ? file.floats(kTongueTensor, {-1, head::kNumTongueValues})
                                          : std::vector<float>();
    const std::size_t num_frames = pose.size() / kNumPoseValues;
    const auto check_length = [&](std::size_t length, const char* name) {
        if (length != num_frames) {
            refuse(path,
                   std::to_string(num_frames) + " frames of pose and " + std::to_string(length) +
                       " of " + name);
        }
    };
    check_length(actions.size() / head::kNumActions, "actions");
    if (is_tongue_known) {
        check_length(tongue.size() / head::kNumTongueValues, kTongueTensor);
    }
    if (num_frames > static_cast<std::size_t>(kMaxMotionFrames)) {
        refuse(path, "more than 10 million frames");
    }
    clip.frames.reserve(num_frames);
    for (std::size_t i = 0; i < num_frames; ++i) {
        clip.frames.push_back(
            make_frame(path,
                       i,
                       &pose[i * kNumPoseValues],
                       &actions[i * head::kNumActions],
                       is_tongue_known ? &tongue[i * head::kNumTongueValues] : nullptr));
    }
    for (const auto& [key, value] : file.metadata()) {
        if (key.compare(0, kMetaPrefix.size(), kMetaPrefix) == 0) {
            clip.metadata[key.substr(kMetaPrefix.size())] = value;
        }
    }
    return clip;
}

void save_motion_safetensors(const std::string& path, const MotionClip& clip, bool overwrite) {
    const auto num_frames = static_cast<std::int64_t>(clip.frames.size());
    std::vector<float> pose;
    std::vector<float> actions;
    std::vector<float> tongue;
    pose.reserve(clip.frames.size() * kNumPoseValues);
    actions.reserve(clip.frames.size() * head::kNumActions);
    for (const MotionFrame& frame : clip.frames) {
        for (float head::Pose::*member : kPoseMembers) {
            pose.push_back(frame.pose.*member);
        }
        actions.insert(actions.end(), frame.actions.values.begin(), frame.actions.values.end());
        for (float head::Tongue::*member : head::kTongueMembers) {
            tongue.push_back(frame.tongue.*member);
        }
    }
    core::SafetensorsWriter writer;
    models::write_marker(writer, models::FileKind::MotionClip);
    writer.set_metadata("fps", core::to_string(clip.fps));
    writer.set_metadata("names", all_action_names());
    for (const auto& [key, value] : clip.metadata) {
        writer.set_metadata(std::string(kMetaPrefix) + key, value);
    }
    writer.add_f32("pose", {num_frames, kNumPoseValues}, pose);
    writer.add_f32("actions", {num_frames, head::kNumActions}, actions);
    if (has_tongue(clip)) {
        writer.add_f32(kTongueTensor, {num_frames, head::kNumTongueValues}, tongue);
    }
    const std::vector<std::uint8_t> bytes = writer.serialize();
    core::write_file_atomic(path, std::string(bytes.begin(), bytes.end()), overwrite);
}

}  // namespace vasa::motion
