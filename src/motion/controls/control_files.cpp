// SPDX-License-Identifier: Apache-2.0
#include "controls/control_files.h"

#include "controls/control_fields.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

namespace vasa::motion {
namespace {

using core::Error;
using core::ErrorKind;

constexpr std::uint64_t kMaxBytes = 64U << 20;

}  // namespace

void ControlFile::refuse(std::size_t offset, const std::string& what) const {
    std::size_t line = 1, column = 1;
    for (std::size_t i = 0; i < offset && i < text.size(); ++i) {
        ++column;
        if (text[i] == '\n') {
            ++line;
            column = 1;
        }
    }
    throw Error(ErrorKind::Input,
                "cannot read controls '" + name + ":" + std::to_string(line) + ":" +
                    std::to_string(column) + "': " + what);
}

void KeyframeList::add(const ControlFile& file,
                       std::size_t offset,
                       const std::string& control,
                       const Keyframe& key) {
    const std::size_t index = find(file, offset, control);
    if (!std::isfinite(key.time_s)) {
        file.refuse(offset, "the time is not finite");
    }
    const std::string refusal = refusal_of(control_fields()[index], static_cast<double>(key.value));
    if (!refusal.empty()) {
        file.refuse(offset, refusal);
    }
    std::vector<Keyframe>& list = keys_[index];
    if (!list.empty() && key.time_s <= list.back().time_s) {
        file.refuse(offset, "keyframes of " + control + " are not in order of time");
    }
    list.push_back(key);
}

std::size_t KeyframeList::find(const ControlFile& file,
                               std::size_t offset,
                               const std::string& control) {
    const std::optional<std::size_t> index = find_control(control);
    if (!index) {
        std::string known;
        for (const std::string& name : Controls::names()) {
            known += (known.empty() ? "" : ", ") + name;
        }
        file.refuse(offset, "unknown control '" + control.substr(0, 40) + "', expected " + known);
    }
    return *index;
}

Controls KeyframeList::over(const Controls& base) const {
    Controls result = base;
    for (const auto& [index, keys] : keys_) {
        result.set(control_fields()[index].name, ControlCurve(keys));
    }
    return result;
}

double read_control_number(const ControlFile& file, std::size_t offset, std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
        file.refuse(offset, "'" + std::string(text.substr(0, 40)) + "' is not a number");
    }
    return value;
}

Interpolation read_interpolation(const ControlFile& file,
                                 std::size_t offset,
                                 std::string_view text) {
    if (text == "linear") {
        return Interpolation::Linear;
    }
    if (text == "smooth") {
        return Interpolation::Smooth;
    }
    file.refuse(offset,
                "unknown interpolation '" + std::string(text.substr(0, 40)) +
                    "', expected linear or smooth");
}

Controls load_controls(const std::string& path, const Controls& base) {
    const std::vector<std::uint8_t> bytes = core::read_file(path, kMaxBytes);
    const ControlFile file{path, std::string(bytes.begin(), bytes.end())};
    const std::size_t first = file.text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (first == std::string::npos) {
        file.refuse(0, "the file is empty");
    }
    const KeyframeList keys =
        file.text[first] == '{' ? parse_controls_json(file, first) : parse_controls_csv(file);
    return keys.over(base);
}

}  // namespace vasa::motion
