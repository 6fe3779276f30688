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

MotionFrame make_frame(const std::string& path,
                       std::size_t index,
                       const float* pose,
                       const float* actions) {
    MotionFrame frame;
    for (int k = 0; k < kNumPoseValues; ++k) {
        if (!is_valid_pose_value(k, pose[k])) {
            refuse(path, at_frame(index, kPoseNames[k], pose[k]) + ", out of range");
        }
        frame.pose.*kPoseMembers[k] = pose[k];
    }
    for (int k = 0; k < head::kNumActions; ++k) {
        if (!is_valid_action(actions[k])) {
            const std::string name(head::action_name(static_cast<head::Action>(k)));
            refuse(path, at_frame(index, name, actions[k]) + ", expected 0 to 1");
        }
        frame.actions.values[k] = std::clamp(actions[k], 0.0F, 1.0F);
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
    for (const char* name : {"pose", "actions"}) {
        if (file.tensor(name).dtype != core::DType::F32) {
            refuse(path, std::string("tensor '") + name + "' is not f32");
        }
    }
    MotionClip clip;
    clip.fps = parse_motion_rate(file.metadata("fps"), path);
    const std::vector<float> pose = file.floats("pose", {-1, kNumPoseValues});
    const std::vector<float> actions = file.floats("actions", {-1, head::kNumActions});
    const std::size_t num_frames = pose.size() / kNumPoseValues;
    if (actions.size() / head::kNumActions != num_frames) {
        refuse(path,
               std::to_string(num_frames) + " frames of pose and " +
                   std::to_string(actions.size() / head::kNumActions) + " of actions");
    }
    if (num_frames > static_cast<std::size_t>(kMaxMotionFrames)) {
        refuse(path, "more than 10 million frames");
    }
    clip.frames.reserve(num_frames);
    for (std::size_t i = 0; i < num_frames; ++i) {
        clip.frames.push_back(
            make_frame(path, i, &pose[i * kNumPoseValues], &actions[i * head::kNumActions]));
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
    pose.reserve(clip.frames.size() * kNumPoseValues);
    actions.reserve(clip.frames.size() * head::kNumActions);
    for (const MotionFrame& frame : clip.frames) {
        for (float head::Pose::*member : kPoseMembers) {
            pose.push_back(frame.pose.*member);
        }
        actions.insert(actions.end(), frame.actions.values.begin(), frame.actions.values.end());
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
    const std::vector<std::uint8_t> bytes = writer.serialize();
    core::write_file_atomic(path, std::string(bytes.begin(), bytes.end()), overwrite);
}

}  // namespace vasa::motion
