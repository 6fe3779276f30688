// SPDX-License-Identifier: Apache-2.0
// The regression gate, on small suites.
#include "program.h"
#include "support/talking_motion.h"

#include "vasa/core/rng.h"

#include <cmath>
#include <filesystem>
#include <functional>
#include <set>

#include <nlohmann/json.hpp>

#include "support/catch.h"

using namespace vasa;
using nlohmann::json;
using test::run_vasa;
using test::RunResult;
using test::TemporaryFolder;

namespace fs = std::filesystem;

namespace {

/// One second of speech motion with a turning head.
void write_motion(const std::string& path, float strength) {
    core::Rng rng(4);
    motion::MotionClip clip = support::make_talking_motion(25, 25, rng);
    for (int i = 0; i < 25; ++i) {
        clip.frames[i].actions[head::Action::JawOpen] *= strength;
        clip.frames[i].pose.yaw_rad = strength * static_cast<float>(0.1 * std::sin(0.4 * i));
    }
    motion::save_motion(path, clip, true);
}

/// A folder with a suite of a clip and of frames, and its inputs.
class Gate {
  public:
    explicit Gate(const std::string& portrait) {
        fs::copy_file(portrait, folder_.path("portrait" + fs::path(portrait).extension().string()));
        write_motion(folder_.path("motion.csv"), 1.0F);
        test::write_speech(folder_.path("speech.wav"), 0.6);
        suite_ = {{"format", "vasa quality suite"},
                  {"version", 1},
                  {"seeds", {7}},
                  {"render",
                   {{"image", "portrait" + fs::path(portrait).extension().string()},
                    {"decoder", "geometry"}}},
                  {"cases",
                   {{{"name", "played"}, {"frames", true}, {"render", {{"motion", "motion.csv"}}}},
                    {{"name", "spoken"},
                     {"seeds", {1, 2}},
                     {"render", {{"audio", "speech.wav"}, {"driver", "rules"}}}}}}};
        save();
    }

    std::string path(const std::string& name) const { return folder_.path(name); }
    std::vector<std::string> names() const { return folder_.names(); }
    json& suite() { return suite_; }
    void save() { test::write_text(path("suite.json"), suite_.dump()); }

    RunResult run(const std::vector<std::string>& more = {}) const {
        std::vector<std::string> arguments = {"eval",
                                              "--suite",
                                              path("suite.json"),
                                              "--baseline",
                                              path("baseline.json"),
                                              "--models",
                                              VASA_MODEL_DIR};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run_vasa(arguments);
    }

  private:
    TemporaryFolder folder_;
    json suite_;
};

/// Case and score of the rows that failed.
std::set<std::string> failed_rows(const std::string& out) {
    const json result = json::parse(out);
    std::set<std::string> rows;
    for (const json& row : result["rows"]) {
        if (row["failed"].get<bool>()) {
            rows.insert(row["case"].get<std::string>() + " " + row.value("score", "case"));
        }
    }
    CHECK(result["failed"] == rows.size());
    return rows;
}

void check_passes(const Gate& gate) {
    const RunResult run = gate.run({"--junit", gate.path("junit.xml")});
    INFO(run.err + run.out);
    CHECK(run.exit_code == 0);
    CHECK_THAT(run.out,
               Catch::Contains("baseline") && Catch::Contains("tolerance") &&
                   Catch::Contains("played") && Catch::Contains("lip_dynamics") &&
                   Catch::Contains("\n0 of "));
    CHECK_THAT(test::read_text(gate.path("junit.xml")),
               Catch::Contains("failures=\"0\"") &&
                   Catch::Contains("<testcase classname=\"spoken\" name=\"self_psnr\"/>"));
    // Existing files are not replaced without --force.
    CHECK(gate.run({"--junit", gate.path("junit.xml")}).exit_code == 5);
}

/// The played motion becomes weak; no option says so.
void check_regression(const Gate& gate) {
    write_motion(gate.path("motion.csv"), 0.05F);
    const RunResult run = gate.run(
        {"--json", "--force", "--junit", gate.path("junit.xml"), "--clips", gate.path("clips")});
    write_motion(gate.path("motion.csv"), 1.0F);
    INFO(run.err + run.out);
    CHECK(run.exit_code == 1);
    CHECK_THAT(run.err, Catch::Contains("quality regressed"));
    const std::set<std::string> failed = failed_rows(run.out);
    for (const char* row : {"played lip_dynamics", "played head_motion", "played pose_delta"}) {
        INFO(row);
        CHECK(failed.count(row) == 1);
    }
    CHECK(failed.count("played seam") == 0);
    for (const std::string& row : failed) {
        CHECK_THAT(row, Catch::StartsWith("played"));
    }
    CHECK_THAT(test::read_text(gate.path("junit.xml")),
               Catch::Contains("<failure type=\"changed\" message="));
    CHECK(fs::exists(gate.path("clips") + "/spoken_2.mp4"));
    CHECK(fs::exists(gate.path("clips") + "/played_7/00001.png"));
}

void check_gaps(Gate& gate) {
    const std::string baseline = test::read_text(gate.path("baseline.json"));
    json changed = json::parse(baseline);
    changed["cases"]["played"]["scores"].erase("self_psnr");
    changed["cases"]["played"]["scores"]["seam"]["version"] = 99;
    changed["cases"]["gone"] = changed["cases"]["played"];
    test::write_text(gate.path("baseline.json"), changed.dump());
    gate.suite()["cases"][1]["render"]["crf"] = 18;
    gate.save();
    const RunResult run = gate.run({"--json"});
    CHECK(run.exit_code == 1);
    CHECK(failed_rows(run.out) ==
          std::set<std::string>{"gone case", "played seam", "played self_psnr", "spoken case"});
    CHECK_THAT(run.out,
               Catch::Contains("the baseline does not have this score") &&
                   Catch::Contains("update the baseline") &&
                   Catch::Contains("crf is '18', in the baseline not given"));
    gate.suite()["cases"][1]["render"].erase("crf");
    gate.save();
    test::write_text(gate.path("baseline.json"), baseline);
}

void check_update(const Gate& gate) {
    const std::string before = test::read_text(gate.path("baseline.json"));
    json by_hand = json::parse(before);
    by_hand["cases"]["played"]["scores"]["seam"]["tolerance"] = 0.25;
    by_hand["cases"]["played"]["scores"]["seam"]["tolerance_by"] = "hand";
    test::write_text(gate.path("baseline.json"), by_hand.dump());
    CHECK(gate.run({"--update-baseline"}).exit_code == 0);
    // The same numbers again, and the tolerance set by hand.
    CHECK(json::parse(test::read_text(gate.path("baseline.json"))) == by_hand);
    test::write_text(gate.path("baseline.json"), before);
}

void check_refused(Gate& gate,
                   const std::function<void(json&)>& spoil,
                   const std::string& expected) {
    const json good = gate.suite();
    const std::vector<std::string> names = gate.names();
    spoil(gate.suite());
    gate.save();
    const RunResult run = gate.run({"--junit", gate.path("new.xml")});
    INFO(expected + "\n" + run.err);
    CHECK(run.exit_code == 3);
    CHECK_THAT(run.err, Catch::Contains("suite.json") && Catch::Contains(expected));
    CHECK(gate.names() == names);
    gate.suite() = good;
    gate.save();
}

}  // namespace

TEST_CASE("a suite passes against its own baseline and fails where it grows worse") {
    const auto portrait = test::find_portrait();
    if (!portrait) {
        return;
    }
    Gate gate(*portrait);
    const RunResult first = gate.run({"--update-baseline"});
    INFO(first.err);
    REQUIRE(first.exit_code == 0);
    const json baseline = json::parse(test::read_text(gate.path("baseline.json")));
    CHECK(baseline["cases"]["spoken"]["scores"]["self_psnr"]["clips"] == 2);
    CHECK(baseline["cases"]["played"]["scores"]["motion_mouth_corr"]["value"] > 0.5);
    check_passes(gate);
    check_regression(gate);
    check_gaps(gate);
    check_update(gate);
}

TEST_CASE("suites and baselines that cannot be used end with the right exit code") {
    const auto portrait = test::find_portrait();
    if (!portrait) {
        return;
    }
    Gate gate(*portrait);
    RunResult run = gate.run();
    CHECK(run.exit_code == 3);
    CHECK_THAT(run.err, Catch::Contains("baseline.json"));
    test::write_text(gate.path("baseline.json"), "{ no JSON");
    for (const std::vector<std::string>& more :
         {std::vector<std::string>{}, std::vector<std::string>{"--update-baseline"}}) {
        run = gate.run(more);
        CHECK(run.exit_code == 3);
        CHECK_THAT(run.err, Catch::Contains("baseline.json"));
        CHECK(test::read_text(gate.path("baseline.json")) == "{ no JSON");
    }
    const auto first = [](json& suite) -> json& { return suite["cases"][0]; };
    check_refused(
        gate, [&](json& s) { first(s)["render"]["sed"] = 1; }, "unknown option 'sed'");
    check_refused(
        gate, [&](json& s) { first(s)["render"]["crf"] = 99; }, "played");
    check_refused(
        gate, [&](json& s) { first(s)["render"]["out"] = "x"; }, "'out'");
    check_refused(
        gate, [&](json& s) { first(s)["render"]["motion"] = "no.csv"; }, "no.csv");
    check_refused(
        gate, [&](json& s) { first(s)["phones"] = "no.phones"; }, "no.phones");
    check_refused(
        gate, [&](json& s) { first(s)["colour"] = "x"; }, "colour");
    check_refused(
        gate, [&](json& s) { first(s)["name"] = "../x"; }, "../x");
    check_refused(
        gate, [&](json& s) { first(s)["name"] = "spoken"; }, "spoken");
    check_refused(
        gate, [&](json& s) { first(s)["ignore"] = {"beauty"}; }, "beauty");
    check_refused(
        gate,
        [&](json& s) {
            first(s)["seeds"] = {1, 1};
        },
        "seeds");
    check_refused(
        gate, [&](json& s) { first(s)["seeds"] = {-1}; }, "seeds");
    check_refused(
        gate, [&](json& s) { s["cases"] = json::array(); }, "cases");
    check_refused(
        gate, [&](json& s) { s["format"] = "other"; }, "format");
    check_refused(
        gate, [&](json& s) { s = json("text"); }, "object");
    CHECK(run_vasa({"eval", "--suite", gate.path("suite.json")}).exit_code == 2);
    CHECK(run_vasa({"eval", "--baseline", gate.path("baseline.json")}).exit_code == 2);
    CHECK(gate.run({"clip.mp4"}).exit_code == 2);
    CHECK(gate.run({"--update-baseline", "--junit", "x.xml"}).exit_code == 2);
    CHECK(run_vasa({"eval", "--suite", gate.path("none.json"), "--baseline", "b.json"}).exit_code ==
          3);
}
