// SPDX-License-Identifier: Apache-2.0
#include "vasa/report/quality_suite.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/json_text.h"
#include "vasa/render/job_list.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

namespace vasa::report {
namespace {

namespace fs = std::filesystem;
using core::Error;
using core::ErrorKind;
using nlohmann::json;

constexpr const char* kFormat = "vasa quality suite";
constexpr int kFormatVersion = 1;
constexpr std::uint64_t kMaxSuiteBytes = 16U << 20U;
/// More seeds than this are a mistake.
constexpr std::size_t kMaxSeeds = 100;
/// Options that the gate itself sets.
const char* const kOwnOptions[] = {"out", "seed", "force"};

[[noreturn]] void fail(const std::string& what) {
    throw Error(ErrorKind::Input, what);
}

void check_keys(const json& object, const std::set<std::string>& known) {
    if (!object.is_object()) {
        fail(std::string("expected an object, found ") + object.type_name());
    }
    for (const auto& [name, value] : object.items()) {
        if (known.count(name) == 0) {
            fail("unknown key " + core::quote(name));
        }
    }
}

/// A list in the object; empty if missing.
json list_of(const json& object, const char* name, bool (json::*is_right)() const noexcept) {
    const auto it = object.find(name);
    if (it == object.end()) {
        return json::array();
    }
    if (!it->is_array() || !std::all_of(it->begin(), it->end(), [&](const json& item) {
            return (item.*is_right)();
        })) {
        fail("'" + std::string(name) + "' is " + core::shown(*it));
    }
    return *it;
}

std::string text_of(const json& object, const char* name) {
    const auto it = object.find(name);
    if (it != object.end() && !it->is_string()) {
        fail("'" + std::string(name) + "' is " + core::shown(*it) + ", expected a string");
    }
    return it == object.end() ? "" : it->get<std::string>();
}

/// Where a suite finds its files.
struct Place {
    fs::path inputs;
    std::string model_dir;
};

/// Settings of a case or of the whole suite.
struct Shared {
    std::map<std::string, std::string> render;
    std::vector<std::string> ignored;
    std::vector<std::uint64_t> seeds;
};

void read_render(const json& object, Shared& shared) {
    if (!object.contains("render")) {
        return;
    }
    for (const auto& [name, value] : render::option_texts(object["render"])) {
        if (std::find(std::begin(kOwnOptions), std::end(kOwnOptions), name) !=
            std::end(kOwnOptions)) {
            fail(core::quote(name) + " is not for a suite to say");
        }
        shared.render[name] = value;
    }
}

void read_shared(const json& object, Shared& shared) {
    read_render(object, shared);
    for (const json& name : list_of(object, "ignore", &json::is_string)) {
        const auto& fields = eval::score_fields();
        if (std::none_of(
                fields.begin(), fields.end(), [&](const auto& f) { return name == f.name; })) {
            fail("'ignore': unknown score " + core::shown(name));
        }
        shared.ignored.push_back(name.get<std::string>());
    }
    if (!object.contains("seeds")) {
        return;
    }
    shared.seeds.clear();
    for (const json& seed : list_of(object, "seeds", &json::is_number_unsigned)) {
        shared.seeds.push_back(seed.get<std::uint64_t>());
    }
    const std::set<std::uint64_t> unlike(shared.seeds.begin(), shared.seeds.end());
    if (shared.seeds.empty() || shared.seeds.size() > kMaxSeeds ||
        unlike.size() != shared.seeds.size()) {
        fail("'seeds' is " + core::shown(object["seeds"]) + ", expected 1 to " +
             std::to_string(kMaxSeeds) + " numbers, each once");
    }
}

std::string input_path(const fs::path& folder, const std::string& what, const std::string& name) {
    std::string path = (folder / name).string();
    std::error_code ignored;
    if (!fs::exists(path, ignored)) {
        fail(what + ": there is no '" + path + "'");
    }
    return path;
}

void read_options(const Place& place, const Shared& shared, SuiteCase& one) {
    one.made_from = shared.render;
    std::map<std::string, std::string> texts = shared.render;
    for (auto& [name, text] : texts) {
        const render::OptionField* field = render::find_option(name);
        if (field != nullptr && field->kind == render::FieldKind::InputFile && !text.empty()) {
            text = input_path(place.inputs, name, text);
        }
    }
    texts["out"] = one.is_frames ? "%05d.png" : "clip.mp4";
    texts["seed"] = std::to_string(one.seeds.front());
    one.options = render::options_of_job({texts.begin(), texts.end()}, std::nullopt);
    one.options.model_dir = one.score.model_dir = place.model_dir;
    one.options.check();
    const motion::ControlFrame asked = one.options.drive.controls.at(0);
    if (texts.count("gaze") > 0) {
        one.score.gaze = asked.gaze;
    }
    if (texts.count("distance") > 0) {
        one.score.distance = asked.distance;
    }
    one.score.image = one.options.image;
    one.score.motion = one.options.motion;
    one.score.fps = one.options.fps;
    if (one.is_frames) {
        one.score.audio = one.options.audio;
    }
}

void read_seeds(const Shared& shared, SuiteCase& one) {
    one.seeds = shared.seeds;
    std::string& text = one.made_from["seeds"];
    for (const std::uint64_t seed : one.seeds) {
        text += (text.empty() ? "" : ",") + std::to_string(seed);
    }
}

bool is_good_name(const std::string& name) {
    return !name.empty() && name[0] != '.' && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.';
    });
}

SuiteCase read_case(const json& object, const Place& place, Shared shared) {
    check_keys(object, {"name", "render", "seeds", "ignore", "phones", "frames"});
    SuiteCase one;
    one.name = text_of(object, "name");
    if (!is_good_name(one.name)) {
        fail("its 'name' is " + core::quote(one.name) +
             ", expected letters, digits, '-', '_' and '.'");
    }
    const json frames = object.value("frames", json(false));
    if (!frames.is_boolean()) {
        fail("'frames' is " + core::shown(frames) + ", expected true or false");
    }
    one.is_frames = frames.get<bool>();
    read_shared(object, shared);
    one.ignored = shared.ignored;
    one.seeds = shared.seeds;
    read_options(place, shared, one);
    read_seeds(shared, one);
    one.made_from["frames"] = one.is_frames ? "true" : "false";
    const std::string phones = text_of(object, "phones");
    if (!phones.empty()) {
        one.score.phones = input_path(place.inputs, "phones", phones);
        one.made_from["phones"] = phones;
    }
    return one;
}

std::vector<SuiteCase> read_suite(const json& suite, const Place& place) {
    check_keys(suite, {"format", "version", "render", "seeds", "ignore", "cases"});
    if (suite.value("format", json()) != kFormat ||
        suite.value("version", json()) != kFormatVersion) {
        fail("expected 'format' \"" + std::string(kFormat) + "\" and 'version' " +
             std::to_string(kFormatVersion));
    }
    Shared shared;
    shared.seeds = {1, 2, 3};
    read_shared(suite, shared);
    std::vector<SuiteCase> cases;
    std::set<std::string> names;
    for (const json& object : list_of(suite, "cases", &json::is_object)) {
        const std::string which = "case " + std::to_string(cases.size() + 1) + " (" +
                                  core::shown(object.value("name", json()));
        try {
            cases.push_back(read_case(object, place, shared));
        } catch (const Error& error) {
            throw Error(ErrorKind::Input, which + "): " + error.what(), error.hint());
        }
        if (!names.insert(cases.back().name).second) {
            fail(which + "): duplicate case name");
        }
    }
    if (cases.empty()) {
        fail("it has no 'cases'");
    }
    return cases;
}

}  // namespace

std::vector<SuiteCase> load_suite(const std::string& path,
                                  const std::string& inputs,
                                  const std::string& model_dir) {
    const std::vector<std::uint8_t> bytes = core::read_file(path, kMaxSuiteBytes);
    const std::string text(bytes.begin(), bytes.end());
    const Place place{inputs.empty() ? fs::path(path).parent_path() : fs::path(inputs), model_dir};
    try {
        return read_suite(core::parse_json(text), place);
    } catch (const Error& error) {
        throw Error(ErrorKind::Input, "suite '" + path + "': " + error.what(), error.hint());
    }
}

}  // namespace vasa::report
