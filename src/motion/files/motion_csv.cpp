// SPDX-License-Identifier: Apache-2.0
#include "files/csv_columns.h"
#include "files/motion_files.h"
#include "files/timecode.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <string_view>
#include <utility>

namespace vasa::motion {
namespace {

using core::Error;
using core::ErrorKind;

// Content of a column: an action's index, kFirstPose + a pose value's index, kFirstTongue + a
// tongue value's index, or one of these.
constexpr int kTimecode = -1;
constexpr int kIgnored = -2;
constexpr int kFirstPose = head::kNumActions;
constexpr int kFirstTongue = kFirstPose + kNumPoseValues;
constexpr int kNumTargets = kFirstTongue + head::kNumTongueValues;
constexpr int kRollTarget = kFirstPose + 2;
constexpr int kFirstOptionalTarget = kFirstPose + 3;

/// Text of a file, made short and printable for a message.
std::string quoted(std::string_view text) {
    std::string result = "'";
    for (const char c : text.substr(0, 40)) {
        result += c >= ' ' && c <= '~' ? c : '?';
    }
    return result + (text.size() > 40 ? "...'" : "'");
}

std::string column_name(int target) {
    if (target >= kFirstTongue) {
        return kTongueColumns[target - kFirstTongue];
    }
    if (target >= kFirstPose) {
        return kPoseColumns[target - kFirstPose];
    }
    return action_column(static_cast<head::Action>(target));
}

class CsvReader {
  public:
    CsvReader(std::string_view text, std::string name) : rest_(text), name_(std::move(name)) {}

    MotionClip read() {
        constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
        if (rest_.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
            rest_.remove_prefix(kByteOrderMark.size());
        }
        bool has_header = false;
        while (!has_header && next_line()) {
            if (!line_.empty() && line_[0] == '#') {
                read_comment();
            } else if (!trim(line_).empty()) {
                read_header();
                has_header = true;
            }
        }
        if (!has_header) {
            refuse(0, "no header line, expected Timecode,BlendShapeCount,EyeBlinkLeft,...");
        }
        while (next_line()) {
            if (!trim(line_).empty()) {
                read_row();
            }
        }
        if (!has_rate_) {
            apply_timecodes(clip_, timecodes_, name_);
        }
        return std::move(clip_);
    }

  private:
    [[noreturn]] void refuse(std::size_t offset, const std::string& what) const {
        throw Error(ErrorKind::Input,
                    "cannot read motion '" + name_ + ":" + std::to_string(line_number_) + ":" +
                        std::to_string(offset + 1) + "': " + what);
    }

    bool next_line() {
        if (rest_.empty()) {
            return false;
        }
        const std::size_t end = rest_.find('\n');
        line_ = rest_.substr(0, end);
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        if (!line_.empty() && line_.back() == '\r') {
            line_.remove_suffix(1);
        }
        ++line_number_;
        return true;
    }

    /// Calls visit(field, offset in the line, index) for each field of the line.
    template <typename Visit>
    void for_each_field(Visit visit) const {
        std::size_t start = 0;
        for (std::size_t index = 0;; ++index) {
            const std::size_t comma = std::min(line_.find(',', start), line_.size());
            visit(trim(line_.substr(start, comma - start)), start, index);
            if (comma == line_.size()) {
                return;
            }
            start = comma + 1;
        }
    }

    void read_comment() {
        if (line_number_ == 1 && line_.substr(0, kCsvMarker.size()) == kCsvMarker) {
            read_marker(line_.substr(kCsvMarker.size()));
            return;
        }
        std::string_view text = line_.substr(1);
        if (!text.empty() && text[0] == ' ') {
            text.remove_prefix(1);
        }
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos) {
            return;
        }
        const std::string key = unescape_metadata(text.substr(0, equals));
        if (trim(key) == "fps") {
            set_rate(trim(text.substr(equals + 1)), equals);
        } else {
            clip_.metadata[key] = unescape_metadata(text.substr(equals + 1));
        }
    }

    /// "1, fps=25/1"
    void read_marker(std::string_view text) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const std::string_view version = trim(text.substr(0, comma));
        if (version != std::to_string(kMotionFormatVersion)) {
            refuse(kCsvMarker.size(), "motion format version " + quoted(version) + ", expected 1");
        }
        constexpr std::string_view kRate = "fps=";
        const std::string_view rate = trim(text.substr(std::min(comma + 1, text.size())));
        if (rate.substr(0, kRate.size()) != kRate) {
            refuse(kCsvMarker.size(), "no frame rate, expected '# vasa motion 1, fps=25/1'");
        }
        set_rate(rate.substr(kRate.size()), kCsvMarker.size());
    }

    void set_rate(std::string_view text, std::size_t offset) {
        const std::string where =
            name_ + ":" + std::to_string(line_number_) + ":" + std::to_string(offset + 1);
        if (text.size() > 40) {
            refuse(offset,
                   "frame rate " + quoted(text) + ", expected a rate such as 25 or 30000/1001");
        }
        clip_.fps = parse_motion_rate(std::string(text), where);
        has_rate_ = true;
    }

    int find_target(std::string_view name, std::size_t offset) const {
        if (name == "Timecode") {
            return kTimecode;
        }
        if (name == "BlendShapeCount" || name == "BlendshapeCount" ||
            std::find(kEyeColumns.begin(), kEyeColumns.end(), name) != kEyeColumns.end()) {
            return kIgnored;
        }
        const auto pose = std::find(kPoseColumns.begin(), kPoseColumns.end(), name);
        if (pose != kPoseColumns.end()) {
            return kFirstPose + static_cast<int>(pose - kPoseColumns.begin());
        }
        const auto tongue = std::find(kTongueColumns.begin(), kTongueColumns.end(), name);
        if (tongue != kTongueColumns.end()) {
            return kFirstTongue + static_cast<int>(tongue - kTongueColumns.begin());
        }
        const auto action = head::find_action(name);
        if (!action) {
            refuse(offset, "unknown column " + quoted(name));
        }
        return static_cast<int>(*action);
    }

    void read_header() {
        std::array<bool, kNumTargets> seen{};
        bool has_timecode = false;
        for_each_field([&](std::string_view field, std::size_t offset, std::size_t) {
            const int target = find_target(field, offset);
            bool& already = target == kTimecode ? has_timecode : seen[std::max(target, 0)];
            if (target != kIgnored && already) {
                refuse(offset, "column " + quoted(field) + " appears twice");
            }
            if (target != kIgnored) {
                already = true;
            }
            // Ignored columns may repeat, but only a limited number of times.
            if (targets_.size() >= 4 * kNumTargets) {
                refuse(offset, "too many columns");
            }
            targets_.push_back(target);
        });
        if (!has_timecode) {
            refuse(0, "column 'Timecode' is missing");
        }
        for (int target = 0; target < kFirstOptionalTarget; ++target) {
            if (!seen[target]) {
                refuse(0, "column '" + column_name(target) + "' is missing");
            }
        }
    }

    float parse_value(std::string_view field, std::size_t offset, int target) const {
        float value = 0.0F;
        const char* const end = field.data() + field.size();
        const auto [stop, error] = std::from_chars(field.data(), end, value);
        if (error != std::errc() || stop != end || !std::isfinite(value)) {
            refuse(offset,
                   column_name(target) + " is " + quoted(field) + ", expected a finite number");
        }
        const bool is_pose = target >= kFirstPose && target < kFirstTongue;
        const bool is_valid =
            is_pose ? is_valid_pose_value(target - kFirstPose, value) : is_valid_action(value);
        if (!is_valid) {
            refuse(offset, column_name(target) + " is " + quoted(field) + ", out of range");
        }
        return value;
    }

    void read_row() {
        if (clip_.frames.size() >= static_cast<std::size_t>(kMaxMotionFrames)) {
            refuse(0, "more than 10 million frames");
        }
        const std::size_t num_fields =
            1 + static_cast<std::size_t>(std::count(line_.begin(), line_.end(), ','));
        if (num_fields != targets_.size()) {
            refuse(0,
                   std::to_string(num_fields) + " columns, expected " +
                       std::to_string(targets_.size()));
        }
        MotionFrame frame;
        for_each_field([&](std::string_view field, std::size_t offset, std::size_t index) {
            const int target = targets_[index];
            if (target == kTimecode && !has_rate_) {
                const auto timecode = parse_timecode(field);
                if (!timecode) {
                    refuse(offset, "timecode " + quoted(field) + ", expected HH:MM:SS:FF");
                }
                timecodes_.push_back(*timecode);
            } else if (target >= kFirstTongue) {
                frame.tongue.*head::kTongueMembers[target - kFirstTongue] =
                    std::clamp(parse_value(field, offset, target), 0.0F, 1.0F);
            } else if (target >= kFirstPose) {
                const float value = parse_value(field, offset, target);
                frame.pose.*kPoseMembers[target - kFirstPose] =
                    target == kRollTarget ? -value : value;
            } else if (target >= 0) {
                frame.actions.values[target] =
                    std::clamp(parse_value(field, offset, target), 0.0F, 1.0F);
            }
        });
        clip_.frames.push_back(frame);
    }

    std::string_view rest_;
    std::string name_;
    std::string_view line_;
    std::size_t line_number_ = 0;
    std::vector<int> targets_;
    std::vector<Timecode> timecodes_;
    bool has_rate_ = false;
    MotionClip clip_;
};

}  // namespace

MotionClip parse_motion_csv(const std::string& text, const std::string& name) {
    return CsvReader(text, name).read();
}

}  // namespace vasa::motion
