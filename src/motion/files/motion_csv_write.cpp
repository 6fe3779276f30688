// SPDX-License-Identifier: Apache-2.0
#include "files/csv_columns.h"
#include "files/motion_files.h"
#include "files/timecode.h"

#include "vasa/core/error.h"

#include <array>
#include <charconv>
#include <cstddef>

namespace vasa::motion {
namespace {

void append_number(std::string& text, float value) {
    std::array<char, 32> buffer{};
    const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    text += ',';
    text.append(buffer.data(), result.ptr);
}

/// Live Link Face lists the right of jaw and mouth before the left.
std::array<head::Action, head::kNumActions> live_link_order() {
    std::array<head::Action, head::kNumActions> order{};
    for (int k = 0; k < head::kNumActions; ++k) {
        const auto action = static_cast<head::Action>(k);
        const bool swapped = action == head::Action::JawLeft || action == head::Action::JawRight ||
                             action == head::Action::MouthLeft ||
                             action == head::Action::MouthRight;
        order[k] = swapped ? head::mirrored(action) : action;
    }
    return order;
}

}  // namespace

std::string action_column(head::Action action) {
    std::string name(head::action_name(action));
    name[0] = static_cast<char>(name[0] - 'a' + 'A');
    return name;
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    return text;
}

std::string escape_metadata(std::string_view text, bool is_key) {
    std::string result;
    for (const char c : text) {
        switch (c) {
            case '\\':
                result += "\\\\";
                break;
            case '\n':
                result += "\\n";
                break;
            case '\r':
                result += "\\r";
                break;
            case '=':
                result += is_key ? "\\e" : "=";
                break;
            default:
                result += c;
        }
    }
    return result;
}

std::string unescape_metadata(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) {
            const char c = text[++i];
            result += c == 'n' ? '\n' : c == 'r' ? '\r' : c == 'e' ? '=' : c;
        } else {
            result += text[i];
        }
    }
    return result;
}

std::string format_motion_csv(const MotionClip& clip) {
    std::string text = std::string(kCsvMarker) + std::to_string(kMotionFormatVersion) +
                       ", fps=" + core::to_string(clip.fps) + "\n";
    for (const auto& [key, value] : clip.metadata) {
        if (trim(key) == "fps") {
            throw core::Error(core::ErrorKind::Output, "motion: the metadata key 'fps' is taken");
        }
        text += "# " + escape_metadata(key, true) + "=" + escape_metadata(value, false) + "\n";
    }
    const auto order = live_link_order();
    text += "Timecode,BlendShapeCount";
    for (const head::Action action : order) {
        text += "," + action_column(action);
    }
    for (int k = 0; k < kNumPoseValues; ++k) {
        if (k == 3) {
            for (const char* column : kEyeColumns) {
                text += std::string(",") + column;
            }
        }
        text += std::string(",") + kPoseColumns[k];
    }
    const bool is_tongue_known = has_tongue(clip);
    for (const char* column : kTongueColumns) {
        text += is_tongue_known ? std::string(",") + column : std::string();
    }
    text += "\n";
    for (std::size_t i = 0; i < clip.frames.size(); ++i) {
        const MotionFrame& frame = clip.frames[i];
        text += format_timecode(static_cast<std::int64_t>(i), clip.fps) + ",61";
        for (const head::Action action : order) {
            append_number(text, frame.actions[action]);
        }
        const head::Pose& pose = frame.pose;
        const head::Gaze left = head::left_gaze(frame.actions);
        const head::Gaze right = head::right_gaze(frame.actions);
        for (const float value : {pose.yaw_rad,
                                  pose.pitch_rad,
                                  -pose.roll_rad,
                                  left.yaw_rad,
                                  left.pitch_rad,
                                  0.0F,
                                  right.yaw_rad,
                                  right.pitch_rad,
                                  0.0F,
                                  pose.x_cm,
                                  pose.y_cm,
                                  pose.z_cm}) {
            append_number(text, value);
        }
        for (float head::Tongue::*member : head::kTongueMembers) {
            if (is_tongue_known) {
                append_number(text, frame.tongue.*member);
            }
        }
        text += "\n";
    }
    return text;
}

}  // namespace vasa::motion
