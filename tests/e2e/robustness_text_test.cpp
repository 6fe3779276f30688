// SPDX-License-Identifier: Apache-2.0
// Damaged texts - controls, motion, phones, suites, job lists - are rejected with their location.
#include "bad_inputs.h"

#include <array>
#include <map>
#include <sstream>

#include <nlohmann/json.hpp>

#include "support/catch.h"

using namespace vasa;
using test::BadInput;

namespace {

using NamedText = std::pair<std::string, std::string>;

/// Good speech to accompany the bad texts.
class Speech {
  public:
    Speech() { test::write_speech(path(), 0.3); }
    std::string path() const { return folder_.path("s.wav"); }

  private:
    test::TemporaryFolder folder_;
};

std::vector<BadInput> of_texts(const BadInput& like, const std::vector<NamedText>& texts) {
    std::vector<BadInput> inputs;
    for (const auto& [name, text] : texts) {
        inputs.push_back(like);
        inputs.back().name = name;
        inputs.back().bytes = text;
    }
    return inputs;
}

void append(std::vector<BadInput>& inputs, const std::vector<BadInput>& more) {
    inputs.insert(inputs.end(), more.begin(), more.end());
}

std::string repeat(const std::string& text, int count) {
    std::string all;
    for (int i = 0; i < count; ++i) {
        all += text;
    }
    return all;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("damaged control files are input errors", "[robust]") {
    const Speech speech;
    BadInput like;
    like.file = "curves.txt";
    like.out = "m.csv";
    like.arguments = {"animate",
                      "--driver",
                      "rules",
                      "--audio",
                      speech.path(),
                      "--controls",
                      "<in>",
                      "--out",
                      "<out>"};
    like.bytes = R"({"amplitude": 1.2, "gaze_yaw": [{"time": 0, "value": 0}]})";
    std::vector<BadInput> inputs = test::no_files(like);
    for (std::size_t size = 1; size < like.bytes.size(); size += 14) {
        append(inputs, of_texts(like, {{"JSON cut off", like.bytes.substr(0, size)}}));
    }
    append(inputs,
           of_texts(like,
                    {{"no number", R"({"amplitude": NaN})"},
                     {"infinite", R"({"amplitude": 1e999})"},
                     {"text", R"({"amplitude": "1"})"},
                     {"null", R"({"amplitude": null})"},
                     {"out of range", R"({"amplitude": -1})"},
                     {"twice", R"({"amplitude": 1, "amplitude": 2})"},
                     {"unknown", R"({"\u001b[31m\n": 1})"},
                     {"text with escapes", R"({"amplitude": "\u001b[2J\r\n"})"},
                     {"no keyframes", R"({"gaze_yaw": []})"},
                     {"keyframe without value", R"({"gaze_yaw": [{"time": 0}]})"},
                     {"keyframes backwards",
                      R"({"gaze_yaw": [{"time": 1, "value": 0}, {"time": 0, "value": 0}]})"},
                     {"time infinite", R"({"gaze_yaw": [{"time": 1e999, "value": 0}]})"},
                     {"two objects", "{}{}"},
                     {"no object", "[]"},
                     {"nested deeply", repeat("{\"amplitude\":[", 100000)},
                     {"lists nested deeply", "{\"amplitude\":" + repeat("[", 1000000)},
                     {"a zero byte", std::string("{\"amplitude\":\0 1}", 17)},
                     {"a byte order mark alone", "\xEF\xBB\xBF"},
                     {"no UTF-8", "{\"\xff\xfe\": 1}"},
                     {"CSV without time", "amplitude\n1\n"},
                     {"CSV with a column twice", "time,time\n0,0\n"},
                     {"CSV with an unknown column", "time,nonsense\n0,0\n"},
                     {"CSV without rows", "time,amplitude\n"},
                     {"CSV with a ragged row", "time,amplitude\n0,1,2\n"},
                     {"CSV with text", "time,amplitude\n0,much\n"},
                     {"CSV with NaN", "time,amplitude\n0,nan\n"},
                     {"CSV with time backwards", "time,amplitude\n1,1\n0,1\n"},
                     {"CSV of commas", repeat(",", 3000000)},
                     {"CSV of a row of commas", "time,amplitude\n" + repeat(",", 3000000)},
                     {"CSV of quotes", repeat("\"", 1000)},
                     {"bytes", std::string("\x80\x81\x00\xff", 4)}}));
    test::check_bad_inputs(inputs, 38);
}

TEST_CASE("damaged alignments are input errors", "[robust]") {
    const Speech speech;
    BadInput like;
    like.file = "phones.tsv";
    like.out = "m.csv";
    like.arguments = {"animate", "--audio", speech.path(), "--phones", "<in>", "--out", "<out>"};
    like.bytes = "0\t0.1\tAA\n0.1\t0.1\tP\n";
    std::vector<BadInput> inputs = test::folder_and_pipe(like);
    append(inputs,
           of_texts(like,
                    {{"two fields", "0\t0.1\n"},
                     {"blanks", "0 0.1 AA\n"},
                     {"no number", "0\tnan\tAA\n"},
                     {"infinite", "0\tinf\tAA\n"},
                     {"huge exponent", "0\t1e999\tAA\n"},
                     {"below 0", "-1\t0.1\tAA\n"},
                     {"no phone", "0\t0.1\tXY\n"},
                     {"a phone with escapes", "0\t0.1\t\x1b[31m\n"},
                     {"backwards", "1\t0.1\tAA\n0\t0.1\tAA\n"},
                     {"a zero byte", std::string("0\t0.1\tA\0A\n", 10)},
                     {"one long line", repeat("9", 5000000)}}));
    test::check_bad_inputs(inputs, 12);
}

TEST_CASE("damaged suites and baselines are input errors", "[robust]") {
    const std::string suite = R"({"format": "vasa quality suite", "version": 1, "cases": [)"
                              R"({"name": "a", "render": {"motion": "suite.json"}}]})";
    BadInput like;
    like.file = "suite.json";
    like.arguments = {
        "eval", "--suite", "<in>", "--models", VASA_MODEL_DIR, "--baseline", "<dir>/none.json"};
    std::vector<BadInput> inputs = test::folder_and_pipe(like);
    const std::string head = R"({"format": "vasa quality suite", "version": 1, )";
    append(inputs,
           of_texts(like,
                    {{"cut off", suite.substr(0, 60)},
                     {"no object", "[]"},
                     {"another version", replaced(suite, "1", "2")},
                     {"unknown key", head + R"("x": 1})"},
                     {"no cases", head + R"("cases": []})"},
                     {"cases nested deeply", head + "\"cases\": " + repeat("[", 200000)},
                     {"whole and nested deeply",
                      head + "\"cases\": " + repeat("[", 200000) + repeat("]", 200000) + "}"},
                     {"format nested deeply",
                      "{\"format\": " + repeat("[", 200000) + repeat("]", 200000) + "}"},
                     {"names with escapes", head + R"("\u001b[31m\n\u0007": 1})"},
                     {"a key twice", head + R"("cases": [], "cases": []})"},
                     {"a zero byte", suite + std::string(1, '\0') + "x"},
                     {"seeds that are none", head + R"("seeds": [-1], "cases": []})"},
                     {"a case without a name", head + R"("cases": [{}]})"},
                     {"a name that leaves the folder", head + R"("cases": [{"name": "../x"}]})"},
                     {"an option that is none",
                      head + R"("cases": [{"name": "a", "render": {"no-such": 1}}]})"},
                     {"a long text", head + R"("cases": ")" + repeat("x", 1000000) + R"("})"}}));
    test::check_bad_inputs(inputs, 17);
}

TEST_CASE("lists that cannot be read are input errors", "[robust]") {
    BadInput like;
    like.file = "jobs.jsonl";
    like.arguments = {"batch", "<in>", "--models", VASA_MODEL_DIR};
    std::vector<BadInput> inputs = test::folder_and_pipe(like);
    append(inputs,
           of_texts(like,
                    {{"only remarks", "# nothing\n\n# here\n"},
                     {"only a byte order mark", "\xEF\xBB\xBF"},
                     {"no header", "hello,world\n1,2\n"},
                     {"a header alone", "image,audio,out\n"},
                     {"a header whose quote stays open", "\"image,out\nx,y\n"},
                     {"a header of commas", repeat(",", 3000000)},
                     {"a list", "[1,2]"},
                     {"a picture", std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16)},
                     {"zeros", std::string(1000, '\0')}}));
    test::check_bad_inputs(inputs, 11);
}

TEST_CASE("bad lines of a list are failed jobs, each with its reason", "[robust]") {
    const test::TemporaryFolder folder;
    test::write_speech(folder.path("s.wav"), 0.3);
    test::write_text(folder.path("bad.csv"), "nonsense");
    test::write_text(folder.path("bad.json"), "{");
    const std::string in = folder.path("");
    // The line, the message, and the kind of error.
    const std::vector<std::array<std::string, 3>> lines = {
        {R"({)", "no JSON", "input"},
        {R"({"out": )", "no JSON", "input"},
        {R"({"out": "a.mp4"} {"out": "b.mp4"})", "no JSON", "input"},
        {R"({"out": "c.mp4", "out": "d.mp4"})", "twice", "input"},
        {R"({"out": "e.mp4", "x": )" + repeat("[", 1000) + repeat("]", 1000) + "}",
         "nested",
         "input"},
        {R"({"out": {"a": 1}})", "object", "input"},
        {R"({"out": ["a", "b"]})", "numbers only", "input"},
        {R"({"out": true})", "", "usage"},
        {R"({"out": "f.mp4", "no-such": 1})", "no-such", "usage"},
        {R"({"out": "g.mp4", "\u001b[31m\n": 1})", "unknown option", "usage"},
        {R"({"out": "h.mp4", "crf": "x"})", "crf", "usage"},
        {R"({"out": "i.mp4", "crf": 1e999})", "no JSON", "input"},
        {R"({"out": "j.mp4", "crf": 99999999999999999999})", "crf", "usage"},
        {R"({"out": "k.mp4", "seed": -1})", "seed", "usage"},
        {R"({"out": "l.mp4", "loop": "maybe"})", "expected true or false", "usage"},
        {R"({"out": "m.mp4", "fps": "0/0"})", "", "usage"},
        {R"({"out": "n.mp4", "help": true})", "unknown option", "usage"},
        {R"({"out": "o.mp4", "": 1})", "unknown option", "usage"},
        {R"({"out": "p.mp4"})", "no portrait", "usage"},
        {R"({"out": "q.avi", "image": "x", "audio": "x"})", "q.avi", "usage"},
        {R"({"image": "x", "audio": "x"})", "out", "usage"},
        {R"({"out": "r.mp4", "image": "x\u0000y", "audio": "x"})", "zero byte", "usage"},
        {R"({"out": "s\u0000.mp4", "image": "x", "audio": "x"})", "zero byte", "usage"},
        {R"({"out": "t.mp4", "image": "/nonexistent/x.png", "audio": "x"})", "x.png", "input"},
        {R"({"out": "u.mp4", "image": "/dev/zero", "audio": "x"})", "/dev/zero", "input"},
        {R"({"out": "/nonexistent/v.mp4", "motion": ")" + in + R"(bad.csv"})", "", "usage"},
        {R"({"out": "w.mp4", "controls": ")" + in + R"(bad.json"})", "bad.json", "input"},
        {R"({"out": "w.mp4", "controls": "/dev/zero"})", "/dev/zero", "input"},
        {"\xff\xfe", "no JSON", "input"},
        {repeat("x", 200000), "no JSON", "input"},
    };
    std::string list = "{}\n";
    for (const auto& [line, part, kind] : lines) {
        list += line + "\n";
    }
    test::write_text(folder.path("jobs.jsonl"), list);
    const std::vector<std::string> before = folder.names();
    const test::RunResult run = test::run_vasa(
        {"batch", folder.path("jobs.jsonl"), "--dry-run", "--quiet", "--models", VASA_MODEL_DIR});
    CHECK(run.exit_code == 7);
    CHECK(run.signal_number == 0);
    CHECK(folder.names() == before);
    std::istringstream out(run.out);
    std::map<int, nlohmann::json> outcomes;
    for (std::string text; std::getline(out, text);) {
        const nlohmann::json outcome = nlohmann::json::parse(text);
        outcomes[outcome.at("line").get<int>()] = outcome;
    }
    CHECK(outcomes.size() == lines.size() + 1);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto& [line, part, kind] = lines[i];
        const nlohmann::json outcome = outcomes[static_cast<int>(i) + 2];
        INFO("line " << i + 2 << ": " << line.substr(0, 100) << "\n" << outcome.dump());
        CHECK(outcome.value("state", "") == "failed");
        REQUIRE(outcome.contains("error"));
        CHECK(outcome["error"]["kind"] == kind);
        const auto message = outcome["error"]["message"].get<std::string>();
        CHECK_THAT(message, Catch::Contains(part));
        CHECK_FALSE(message.empty());
        CHECK(message.size() < 1000);
    }
    // One line of standard error for each, and one for the batch.
    std::istringstream err(run.err);
    std::size_t num_errors = 0;
    for (std::string text; std::getline(err, text);) {
        num_errors += text.rfind("vasa: error: ", 0) == 0 ? 1 : 0;
        CHECK(text.find('\x1b') == std::string::npos);
    }
    CHECK(num_errors == lines.size() + 2);
}
