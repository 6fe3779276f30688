// SPDX-License-Identifier: Apache-2.0
#include "live/control_line.h"

#include "vasa/core/error.h"
#include "vasa/core/json_text.h"
#include "vasa/render/job_list.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <nlohmann/json.hpp>

namespace vasa::app {
namespace {

using core::Error;
using core::ErrorKind;
using nlohmann::json;

/// Options that change while a stream runs.
constexpr std::array<std::string_view, 7> kOptions = {
    "gaze", "emotion", "distance", "amplitude", "head-motion", "expression", "blink-rate"};

bool flag_of(const std::string& name, const json& value) {
    if (!value.is_boolean()) {
        throw Error(ErrorKind::Input,
                    "control '" + name + "' is " + core::shown(value) + ", expected true or false");
    }
    return value.get<bool>();
}

std::string path_of(const std::string& name, const json& value) {
    if (!value.is_string() || value.get_ref<const std::string&>().empty()) {
        throw Error(ErrorKind::Input,
                    "control '" + name + "' is " + core::shown(value) + ", expected a file");
    }
    return value.get<std::string>();
}

}  // namespace

ControlLine parse_control_line(const std::string& text) {
    if (text.size() > kMaxControlLine) {
        throw Error(
            ErrorKind::Input,
            "a line of controls of more than " + std::to_string(kMaxControlLine) + " bytes");
    }
    json object = core::parse_json(text);
    if (!object.is_object()) {
        throw Error(ErrorKind::Input,
                    "controls are " + core::shown(object) + ", expected a JSON object");
    }
    ControlLine line;
    json options = json::object();
    for (const auto& [name, value] : object.items()) {
        if (name == "interrupt") {
            line.interrupt = flag_of(name, value);
        } else if (name == "stats") {
            line.stats = flag_of(name, value);
        } else if (name == "pause") {
            line.pause = flag_of(name, value);
        } else if (name == "portrait") {
            line.portrait = path_of(name, value);
        } else if (name == "load") {
            line.load = path_of(name, value);
        } else {
            options[name] = value;
        }
    }
    line.options = render::option_texts(options);
    for (const auto& [name, value] : line.options) {
        if (std::find(kOptions.begin(), kOptions.end(), name) == kOptions.end()) {
            throw Error(ErrorKind::Input,
                        "unknown control " + core::quote(name) +
                            ", expected interrupt, pause, portrait, load, stats, gaze, emotion, "
                            "distance, amplitude, head_motion, expression or blink_rate");
        }
    }
    return line;
}

}  // namespace vasa::app
