// SPDX-License-Identifier: Apache-2.0
#include "option_arguments.h"

#include "support/test_folder.h"

#include "vasa/core/error.h"
#include "vasa/render/job_list.h"
#include "vasa/report/quality_suite.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "support/catch.h"

using namespace vasa;
using render::OptionField;
using render::RenderOptions;

namespace {

using Texts = std::map<std::string, std::string>;

/// The options that a job may set.
Texts texts_of(const RenderOptions& options) {
    Texts texts;
    for (const OptionField& field : render::option_fields()) {
        if (!field.is_program_wide) {
            texts[field.name] = field.get(options);
        }
    }
    return texts;
}

/// The options as the program parses them.
RenderOptions from_command_line(std::vector<std::string> words) {
    CLI::App command;
    app::OptionArguments arguments;
    app::add_render_arguments(command, arguments);
    std::reverse(words.begin(), words.end());  // CLI11 expects reverse order
    command.parse(words);
    return arguments.to_options();
}

}  // namespace

TEST_CASE("command line, job list and suite give the same options for the same text") {
    const TestFolder folder;
    for (const char* name : {"face.png", "speech.wav", "pose.csv"}) {
        std::ofstream(folder / name) << "x";
    }
    std::ofstream(folder / "controls.json") << R"({"expression": 2, "distance": 0.7})";
    const Texts texts = {{"image", folder / "face.png"},
                         {"face-index", "1"},
                         {"audio", folder / "speech.wav"},
                         {"pose-from", folder / "pose.csv"},
                         {"controls", folder / "controls.json"},
                         {"fps", "29.97"},
                         {"codec", "libx264"},
                         {"crf", "30"},
                         {"preset", "slow"},
                         {"decoder", "geometry"},
                         {"precision", "fp32"},
                         {"device", "cpu"},
                         {"driver", "rules"},
                         {"gaze", "-5,3"},
                         {"distance", "1.15"},
                         {"emotion", "sad:0.25"},
                         {"amplitude", "0.8"},
                         {"head-motion", ".5"},
                         {"blink-rate", "1e1"},
                         {"cfg-audio", "2"},
                         {"cfg-gaze", "1"},
                         {"steps", "50"},
                         {"motion-scale", "0.7"},
                         {"loop", "true"},
                         {"allow-long", "true"}};
    std::vector<std::string> words = {"--out", "%05d.png", "--seed", "7"};
    nlohmann::json job = texts;
    for (const auto& [name, text] : texts) {
        words.push_back("--" + name);
        if (render::find_option(name)->kind != render::FieldKind::Flag) {
            words.push_back(text);
        }
    }
    const RenderOptions expected = from_command_line(words);
    CHECK(expected.crf == 30);
    CHECK(expected.loop);
    CHECK(render::get_option(expected, "distance") == "1.15");
    CHECK(render::get_option(expected, "expression") == "2");

    nlohmann::json one = {{"name", "one"}, {"frames", true}, {"seeds", nlohmann::json::array({7})}};
    one["render"] = job;
    nlohmann::json suite = {{"format", "vasa quality suite"}, {"version", 1}};
    suite["cases"] = nlohmann::json::array({one});
    std::ofstream(folder / "suite.json") << suite;
    const auto cases = report::load_suite(folder / "suite.json", "", "models");
    REQUIRE(cases.size() == 1);
    CHECK(texts_of(cases[0].options) == texts_of(expected));

    job["out"] = "%05d.png";
    job["seed"] = 7;
    const auto jobs = render::parse_jobs(job.dump(), "list", 0);
    REQUIRE(jobs.size() == 1);
    REQUIRE_FALSE(jobs[0].error);
    CHECK(texts_of(jobs[0].options) == texts_of(expected));
}

TEST_CASE("the command line has every field of a job, with its default in the help") {
    CLI::App command;
    app::OptionArguments arguments;
    app::add_render_arguments(command, arguments);
    const std::string help = command.help();
    for (const OptionField& field : render::option_fields()) {
        INFO(field.name);
        CHECK((command.get_option_no_throw("--" + field.name) == nullptr) == field.is_program_wide);
        if (!field.is_program_wide) {
            CHECK_THAT(help, Catch::Contains("--" + field.name));
        }
    }
    CHECK_THAT(help, Catch::Contains("0 to 51") && Catch::Contains("NAME=veryfast"));
    CHECK_THAT(help, Catch::Contains("N=from portrait and speech"));
    CHECK(texts_of(from_command_line({"--out", "a.mp4"})) == [] {
        Texts texts = texts_of({});
        texts["out"] = "a.mp4";
        return texts;
    }());
    CHECK_THROWS_AS(from_command_line({"--out", "a.mp4", "--crf", "52"}), core::Error);
    CHECK_THROWS_AS(from_command_line({}), CLI::RequiredError);
    CHECK(from_command_line({"--out", "a.mp4", "--loop"}).loop);
    CHECK_FALSE(from_command_line({"--out", "a.mp4", "--loop=false"}).loop);
}
