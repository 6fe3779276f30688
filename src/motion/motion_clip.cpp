// SPDX-License-Identifier: Apache-2.0
#include "vasa/motion/motion_clip.h"

#include "files/motion_files.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/extension.h"

#include <cmath>
#include <cstddef>

namespace vasa::motion {

using core::Error;
using core::ErrorKind;

const char* const kPoseNames[kNumPoseValues] = {
    "yaw_rad", "pitch_rad", "roll_rad", "x_cm", "y_cm", "z_cm"};

namespace {

enum class Format { Csv, Safetensors };

Format format_of(const std::string& path) {
    const std::string extension = core::extension_of(path);
    if (extension == ".csv") {
        return Format::Csv;
    }
    if (extension == ".safetensors") {
        return Format::Safetensors;
    }
    throw Error(
        ErrorKind::Usage,
        "motion file '" + path + "': extension '" + extension + "', expected .csv or .safetensors");
}

}  // namespace

bool is_valid_pose_value(int k, float value) {
    return std::isfinite(value) && std::abs(value) <= (k < 3 ? kMaxAngle_rad : kMaxPosition_cm);
}

bool is_valid_action(float value) {
    return std::isfinite(value) && value >= -kActionTolerance && value <= 1.0F + kActionTolerance;
}

bool has_tongue(const MotionClip& clip) {
    return std::any_of(clip.frames.begin(), clip.frames.end(), [](const MotionFrame& frame) {
        return frame.tongue.tip != 0.0F || frame.tongue.blade != 0.0F;
    });
}

void check_motion(const MotionClip& clip) {
    const auto refuse = [](std::size_t frame, const std::string& name, float value) {
        throw Error(ErrorKind::Output,
                    "motion: " + name + " of frame " + std::to_string(frame) + " is " +
                        std::to_string(value) + ", which a motion file cannot hold");
    };
    for (std::size_t i = 0; i < clip.frames.size(); ++i) {
        const MotionFrame& frame = clip.frames[i];
        for (int k = 0; k < kNumPoseValues; ++k) {
            const float value = frame.pose.*kPoseMembers[k];
            if (!is_valid_pose_value(k, value)) {
                refuse(i, kPoseNames[k], value);
            }
        }
        for (int k = 0; k < head::kNumActions; ++k) {
            if (!is_valid_action(frame.actions.values[k])) {
                refuse(i,
                       std::string(head::action_name(static_cast<head::Action>(k))),
                       frame.actions.values[k]);
            }
        }
        for (int k = 0; k < head::kNumTongueValues; ++k) {
            const float value = frame.tongue.*head::kTongueMembers[k];
            if (!is_valid_action(value)) {
                refuse(i, head::kTongueNames[k], value);
            }
        }
    }
}

core::Rational parse_motion_rate(const std::string& text, const std::string& where) {
    try {
        return core::parse_frame_rate(text);
    } catch (const Error& error) {
        throw Error(ErrorKind::Input, "cannot read motion '" + where + "': " + error.what());
    }
}

MotionClip load_motion(const std::string& path) {
    if (format_of(path) == Format::Safetensors) {
        return load_motion_safetensors(path);
    }
    std::vector<std::uint8_t> bytes;
    try {
        bytes = core::read_file(path, kMaxMotionBytes);
    } catch (const Error& error) {
        throw Error(
            ErrorKind::Input, "cannot read motion '" + path + "': " + error.what(), error.hint());
    }
    return parse_motion_csv(std::string(bytes.begin(), bytes.end()), path);
}

void save_motion(const std::string& path, const MotionClip& clip, bool overwrite) {
    const Format format = format_of(path);
    check_motion(clip);
    if (format == Format::Safetensors) {
        save_motion_safetensors(path, clip, overwrite);
    } else {
        core::write_file_atomic(path, format_motion_csv(clip), overwrite);
    }
}

}  // namespace vasa::motion
