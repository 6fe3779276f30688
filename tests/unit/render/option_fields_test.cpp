// SPDX-License-Identifier: Apache-2.0
#include "vasa/render/option_fields.h"

#include "option_values.h"

#include "vasa/core/error.h"
#include "vasa/render/job_list.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <set>

#include <nlohmann/json.hpp>

#include "support/catch.h"

using namespace vasa;
using render::OptionField;
using render::RenderOptions;

namespace {

/// Every field's text.
std::map<std::string, std::string> texts_of(const RenderOptions& options) {
    std::map<std::string, std::string> texts;
    for (const OptionField& field : render::option_fields()) {
        texts[field.name] = field.get(options);
    }
    return texts;
}

/// The message of the usage error; empty if there is none.
std::optional<std::string> refusal(const std::string& name, const std::string& text) {
    RenderOptions options;
    try {
        render::set_option(options, name, text);
    } catch (const core::Error& error) {
        CHECK(error.kind() == core::ErrorKind::Usage);
        CHECK(texts_of(options) == texts_of({}));
        return error.what();
    }
    return std::nullopt;
}

}  // namespace

TEST_CASE("every field takes a value other than the default and gives it back") {
    const TestFolder folder;
    const auto values = test::other_values(folder);
    std::set<std::string> names;
    for (const OptionField& field : render::option_fields()) {
        INFO(field.name);
        CHECK(names.insert(field.name).second);
        REQUIRE(values.count(field.name) == 1);
        const std::string& text = values.at(field.name);
        RenderOptions options;
        CHECK(field.get(options) == field.default_text());
        CHECK(field.default_text() != text);
        render::set_option(options, field.name, text);
        CHECK(field.get(options) == text);
        // No other field changes except the curves of a file.
        auto expected = texts_of({});
        expected[field.name] = text;
        if (field.name == "controls") {
            expected["amplitude"] = "";
        }
        CHECK(texts_of(options) == expected);
        // The default's text restores it.
        render::set_option(options, field.name, field.default_text());
        CHECK(texts_of(options) == texts_of({}));
    }
    CHECK(names.size() == values.size());
}

TEST_CASE("values out of range are refused, naming option, range and value") {
    struct Case {
        const char *name, *text, *expected;
    };
    const Case cases[] = {
        {"crf", "52", "--crf is '52', expected a whole number, 0 to 51"},
        {"crf", "-1", "--crf is '-1', expected a whole number, 0 to 51"},
        {"crf", "1.5", "--crf is '1.5', expected a whole number, 0 to 51"},
        {"crf", "", "--crf is '', expected a whole number, 0 to 51"},
        {"crf", "99999999999999999999", "--crf is"},
        {"steps", "0", "--steps is '0', expected a whole number, 1 to 1000"},
        {"face-index", "-1", "0 or more"},
        {"threads", "1025", "0 to 1024"},
        {"seed", "-1", "--seed is '-1'"},
        {"seed", "18446744073709551616", "--seed is"},
        {"amplitude", "3.5", "--amplitude is '3.5', expected a number, 0 to 3"},
        {"amplitude", "nan", "--amplitude is 'nan'"},
        {"motion-scale", "inf", "--motion-scale is 'inf', expected a number, 0 to 3"},
        {"keep-expression", "1.5", "--keep-expression is '1.5', expected a number, 0 to 1"},
        {"blink-rate", "fast", "--blink-rate is 'fast', expected a number, 0 to 60"},
        {"distance", "0.4", "0.5 to 2"},
        {"gaze", "1", "--gaze is '1', expected degrees, -40 to 40 and -29 to 29"},
        {"gaze", "1,2,3", "--gaze"},
        {"gaze", "41,0", "--gaze"},
        {"gaze", "0,30", "--gaze"},
        {"gaze", "0,", "--gaze"},
        {"emotion", "bored", "happy"},
        {"emotion", "happy:2", "strength 0 to 1"},
        {"decoder", "best", "--decoder is 'best', expected auto, fast, full or geometry"},
        {"precision", "fp64", "auto, fp32, bf16 or fp16"},
        {"driver", "wheel", "diffusion or rules"},
        {"device", "abacus", "--device is 'abacus', expected auto, cpu, cuda or cuda:N"},
        {"device", "cuda:", "--device"},
        {"device", "cuda:-1", "--device"},
        {"device", "cuda:1x", "--device"},
        {"fps", "0", "--fps is '0', expected above 0 to 240"},
        {"fps", "25/0", "--fps"},
        {"fps", "241", "--fps"},
        {"loop", "maybe", "--loop is 'maybe', expected true or false"},
    };
    for (const Case& c : cases) {
        INFO(c.name << " " << c.text);
        const auto message = refusal(c.name, c.text);
        REQUIRE(message);
        CHECK_THAT(*message, Catch::Contains(c.expected));
    }
    const auto unknown = refusal("nose", "3");
    REQUIRE(unknown);
    CHECK_THAT(*unknown, Catch::Contains("unknown option 'nose'"));
    REQUIRE(refusal("image", std::string("a\0b", 3)));
    // Every number is checked against its range, on both sides.
    for (const OptionField& field : render::option_fields()) {
        for (const auto& [limit, beyond] :
             {std::pair{field.min, -1.0}, std::pair{field.max, 1.0}}) {
            if (limit) {
                INFO(field.name);
                CHECK(refusal(field.name, std::to_string(static_cast<int>(*limit + beyond))));
            }
        }
    }
}

TEST_CASE("options that were set in place are held against the same ranges") {
    RenderOptions good;
    CHECK_NOTHROW(render::check_option_ranges(good));
    const auto is_refused = [&](auto change) {
        RenderOptions options = good;
        change(options);
        try {
            render::check_option_ranges(options);
        } catch (const core::Error& error) {
            return error.kind() == core::ErrorKind::Usage;
        }
        return false;
    };
    CHECK(is_refused([](auto& o) { o.crf = 52; }));
    CHECK(is_refused([](auto& o) { o.face_index = -1; }));
    CHECK(is_refused([](auto& o) { o.threads = -1; }));
    CHECK(is_refused([](auto& o) { o.drive.steps = 1001; }));
    CHECK(is_refused([](auto& o) { o.drive.device = "gpu"; }));
    CHECK(is_refused([](auto& o) { o.fps = {0, 1}; }));
    CHECK(is_refused([](auto& o) { o.fps = {25, 0}; }));
}

TEST_CASE("an emotion's text names the only one that is shown") {
    const auto text = [](const std::map<std::string, motion::ControlCurve>& curves) {
        RenderOptions options;
        for (const auto& [name, curve] : curves) {
            options.drive.controls.set(name, curve);
        }
        return render::get_option(options, "emotion");
    };
    const auto constant = [](float strength) { return motion::ControlCurve(strength); };
    const motion::ControlCurve rising({{0.0, 0.0F}, {1.0, 1.0F}});
    CHECK(text({}) == "neutral");
    CHECK(text({{"sad", constant(1)}}) == "sad");
    CHECK(text({{"sad", constant(0.25F)}}) == "sad:0.25");
    CHECK(text({{"happy", constant(0)}, {"contempt", constant(0.5F)}}) == "contempt:0.5");
    // No text describes several emotions, or one that changes.
    CHECK(text({{"sad", constant(0.5F)}, {"afraid", constant(0.5F)}}).empty());
    CHECK(text({{"sad", rising}}).empty());
}

TEST_CASE("options beside a control file replace its curves, in any order") {
    const TestFolder folder;
    const std::string controls = folder / "controls.json";
    std::ofstream(controls) << R"({"amplitude": 2, "distance": 1.5})";
    for (const bool is_first : {true, false}) {
        render::OptionTexts texts = {{"amplitude", "0.5"}};
        texts.insert(is_first ? texts.begin() : texts.end(), {"controls", controls});
        RenderOptions options;
        render::set_options(options, texts);
        CHECK(render::get_option(options, "amplitude") == "0.5");
        CHECK(render::get_option(options, "distance") == "1.5");
    }
    RenderOptions options;
    CHECK_THROWS_AS(render::set_options(options, {{"crf", "1"}, {"crf", "2"}}), core::Error);
}

TEST_CASE("a job in JSON, one in CSV and the table itself give the same options") {
    const TestFolder folder;
    auto values = test::other_values(folder);
    values.erase("threads");
    values.erase("models");
    RenderOptions expected;
    nlohmann::json object;
    std::string header, row;
    for (const auto& [name, text] : values) {
        render::set_option(expected, name, text);
    }
    render::set_option(expected, "amplitude", values.at("amplitude"));  // after the file's curve
    for (const auto& [name, text] : values) {
        std::string spelt = name;
        std::replace(spelt.begin(), spelt.end(), '-', '_');
        object[spelt] = text;
        header += (header.empty() ? "" : ",") + spelt;
        row += (row.empty() ? "\"" : ",\"") + text + "\"";
    }
    object["gaze"] = {12.5, -3};
    object["crf"] = 30;
    object["loop"] = true;
    for (const std::string& list : {object.dump() + "\n", header + "\n" + row + "\n"}) {
        INFO(list);
        const std::vector<render::BatchJob> jobs = render::parse_jobs(list, "list", 0);
        REQUIRE(jobs.size() == 1);
        REQUIRE_FALSE(jobs[0].error);
        CHECK(texts_of(jobs[0].options) == texts_of(expected));
    }
}

TEST_CASE("jobs refuse options that they do not have") {
    for (const char* line : {R"({"out": "a.mp4", "nose": 3})",
                             R"({"out": "a.mp4", "nose": ""})",
                             R"({"out": "a.mp4", "threads": 1})",
                             R"({"out": "a.mp4", "models": "x"})",
                             R"({"out": "a.mp4", "help": true})",
                             R"({"out": "a.mp4", "blink-rate": 1, "blink_rate": 1})",
                             R"({"out": "a.mp4", "crf": 52})"}) {
        INFO(line);
        const std::vector<render::BatchJob> jobs = render::parse_jobs(line, "list", 0);
        REQUIRE(jobs.size() == 1);
        REQUIRE(jobs[0].error);
        CHECK(jobs[0].error->kind() == core::ErrorKind::Usage);
    }
    // An empty text counts as missing.
    const auto jobs = render::parse_jobs("out,crf,seed\na.mp4,,\n", "list", 0);
    REQUIRE_FALSE(jobs.at(0).error);
    CHECK(jobs[0].options.crf == RenderOptions().crf);
}

TEST_CASE("jobs without a seed keep none, unless the list gets one") {
    const std::string list = "out,image,seed\na.mp4,face.png,\nb.mp4,face.png,\nc.mp4,face.png,5\n";
    const auto seed_of = [](const std::vector<render::BatchJob>& jobs, std::size_t i) {
        return render::get_option(jobs.at(i).options, "seed");
    };
    const auto own = render::parse_jobs(list, "list", std::nullopt);
    CHECK(seed_of(own, 0).empty());
    CHECK(seed_of(own, 2) == "5");
    const auto one = render::parse_jobs(list, "list", 1);
    const auto two = render::parse_jobs(list, "list", 2);
    CHECK_FALSE(seed_of(one, 0).empty());
    CHECK(seed_of(one, 0) != seed_of(one, 1));  // another output
    CHECK(seed_of(one, 0) != seed_of(two, 0));
    CHECK(seed_of(one, 0) == seed_of(render::parse_jobs(list, "list", 1), 0));
    CHECK(seed_of(two, 2) == "5");
}

TEST_CASE("the table says where the default seed comes from") {
    const OptionField* seed = render::find_option("seed");
    REQUIRE(seed != nullptr);
    CHECK(seed->default_text().empty());
    const std::string table = render::option_table_markdown();
    const std::size_t row = table.find("| `--seed N`");
    REQUIRE(row != std::string::npos);
    CHECK_THAT(table.substr(row, table.find('\n', row) - row),
               Catch::EndsWith("| from portrait and speech |"));
}
