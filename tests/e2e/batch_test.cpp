// SPDX-License-Identifier: Apache-2.0
// Many clips from a list of jobs. Short ones, with rules and geometry, to keep the test fast.
#include "program.h"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <functional>
#include <future>
#include <map>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <unistd.h>

#include "support/catch.h"

using namespace vasa;
using nlohmann::json;
using test::run_vasa;
using test::RunOptions;
using test::RunResult;
using test::TemporaryFolder;

namespace fs = std::filesystem;

namespace {

using Names = std::vector<std::string>;

/// A folder with a portrait and speech, in which lists of jobs are run.
class Bulk {
  public:
    explicit Bulk(const std::string& portrait) {
        fs::copy_file(portrait, folder_.path("face, one.img"));
        test::write_speech(folder_.path("s.wav"), 0.2);
    }

    std::string path(const std::string& name) const { return folder_.path(name); }
    Names names() const { return folder_.names(); }

    json job(const std::string& out, const json& more = json::object()) const {
        json job = {{"image", path("face, one.img")},
                    {"audio", path("s.wav")},
                    {"out", path(out)},
                    {"driver", "rules"},
                    {"decoder", "geometry"},
                    {"preset", "ultrafast"}};
        job.update(more);
        return job;
    }

    void write_list(const std::vector<json>& jobs, const std::string& name = "jobs.jsonl") const {
        std::string text = "# jobs\n\n";
        for (const json& job : jobs) {
            text += (job.is_string() ? job.get<std::string>() : job.dump()) + "\n";
        }
        test::write_text(path(name), text);
    }

    RunResult run(const std::vector<std::string>& more = {},
                  const RunOptions& options = {},
                  const std::string& list = "jobs.jsonl") const {
        std::vector<std::string> arguments = {"batch", list == "-" ? list : path(list)};
        arguments.insert(arguments.end(), more.begin(), more.end());
        if (std::find(more.begin(), more.end(), "--models") == more.end()) {
            arguments.insert(arguments.end(), {"--models", VASA_MODEL_DIR});
        }
        return run_vasa(arguments, options);
    }

    std::string bytes(const std::string& name) const {
        return test::read_without_manifest(path(name));
    }

  private:
    TemporaryFolder folder_;
};

std::vector<json> lines_of(const RunResult& run) {
    std::vector<json> lines;
    std::size_t at = 0;
    for (std::size_t end = 0; (end = run.out.find('\n', at)) != std::string::npos; at = end + 1) {
        lines.push_back(json::parse(run.out.substr(at, end - at)));
    }
    CHECK(at == run.out.size());
    return lines;
}

/// State of each job by its line.
std::map<int, std::string> states_of(const RunResult& run) {
    std::map<int, std::string> states;
    for (const json& line : lines_of(run)) {
        CHECK(states.count(line["line"]) == 0);
        states[line["line"]] = line["state"];
    }
    return states;
}

using States = std::map<int, std::string>;

std::vector<std::string> render_arguments(const json& job) {
    std::vector<std::string> arguments = {"render", "--models", VASA_MODEL_DIR};
    for (const auto& [name, value] : job.items()) {
        arguments.push_back("--" + name);
        arguments.push_back(value.is_string() ? value.get<std::string>() : value.dump());
    }
    return arguments;
}

bool holds_part(const Names& names, const std::string& start) {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        return name.compare(0, start.size(), start) == 0 && name.find(".part") != std::string::npos;
    });
}

}  // namespace

TEST_CASE("a list gives the clips that single renders give, in any order and format") {
    const auto portrait = test::find_portrait();
    if (!portrait) {
        return;
    }
    const Bulk bulk(*portrait);
    const json first = bulk.job("a.mp4", {{"seed", 3}, {"fps", 30}, {"crf", 30}});
    json spelt = first;
    spelt["head_motion"] = 0.5;
    spelt["gaze"] = {5, -3};
    spelt["loop"] = false;
    bulk.write_list({spelt, bulk.job("b.mp4")});
    RunResult run = bulk.run();
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    CHECK(states_of(run) == States{{3, "done"}, {4, "done"}});
    const std::vector<json> lines = lines_of(run);
    CHECK(lines[0]["frames"] == 6);
    CHECK(lines[1]["frames"] == 5);
    // The second job's portrait is already known: nothing is loaded for it.
    CHECK(lines[0]["seconds"]["models"] > 0.0);
    CHECK(lines[1]["seconds"]["models"] == 0.0);
    const std::string a = bulk.bytes("a.mp4"), b = bulk.bytes("b.mp4");

    json single = first;
    single["out"] = bulk.path("single.mp4");
    single["head-motion"] = 0.5;
    single["gaze"] = "5,-3";
    REQUIRE(run_vasa(render_arguments(single)).exit_code == 0);
    CHECK(bulk.bytes("single.mp4") == a);
    // Without a seed, too, which the result and the record tell.
    REQUIRE(run_vasa(render_arguments(bulk.job("unseeded.mp4"))).exit_code == 0);
    CHECK(bulk.bytes("unseeded.mp4") == b);
    CHECK(lines[0]["seed"] == 3);
    CHECK(lines[1]["seed"] != 0);
    CHECK(json::parse(bulk.bytes("b.mp4.job.json"))["seed"] == lines[1]["seed"]);

    // In reverse order, two at a time, from standard input.
    spelt["force"] = true;
    bulk.write_list({bulk.job("b.mp4", {{"force", true}}), bulk.job("c.mp4"), spelt});
    RunOptions options;
    options.stdin_path = bulk.path("jobs.jsonl");
    run = bulk.run({"--jobs", "2"}, options, "-");
    INFO(run.err);
    CHECK(run.exit_code == 0);
    CHECK(states_of(run) == States{{3, "done"}, {4, "done"}, {5, "done"}});
    CHECK(bulk.bytes("a.mp4") == a);
    CHECK(bulk.bytes("b.mp4") == b);
    CHECK(bulk.bytes("c.mp4") == b);  // the same portrait and speech, so the same seed

    test::write_text(bulk.path("jobs.csv"),
                     "\xEF\xBB\xBFimage,audio,out,driver,decoder,preset,seed,fps,crf,head_motion,"
                     "gaze,force\r\n\"" +
                         bulk.path("face, one.img") + "\"," + bulk.path("s.wav") + "," +
                         bulk.path("a.mp4") +
                         ",rules,geometry,ultrafast,3,30,30,0.5,\"5,-3\",true\r\n" + "\"" +
                         bulk.path("face, one.img") + "\"," + bulk.path("s.wav") + "," +
                         bulk.path("b.mp4") + ",rules,geometry,ultrafast,,,,,,true\r\n");
    run = bulk.run({}, {}, "jobs.csv");
    INFO(run.err);
    CHECK(states_of(run) == States{{2, "done"}, {3, "done"}});
    CHECK(bulk.bytes("a.mp4") == a);
    CHECK(bulk.bytes("b.mp4") == b);
    // --seed gives jobs without a seed another one.
    CHECK(bulk.run({"--seed", "1"}, {}, "jobs.csv").exit_code == 0);
    CHECK(bulk.bytes("a.mp4") == a);
    CHECK(bulk.bytes("b.mp4") != b);
}

TEST_CASE("failed jobs are reported and do not stop the others, and a dry run finds them first") {
    const auto portrait = test::find_portrait();
    if (!portrait) {
        return;
    }
    const Bulk bulk(*portrait);
    test::write_text(bulk.path("grey.bmp"),
                     std::string("BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x01\0\0\0\x01\0\0\0"
                                 "\x01\0\x18\0\0\0\0\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                                 "\0\0\0\0\x80\x80\x80\0",
                                 58));
    test::write_speech(bulk.path("short.wav"), 0.02);
    test::write_text(bulk.path("there.mp4"), "kept");
    struct Case {
        json job;
        const char* kind;
        const char* part;
    };
    const std::vector<Case> cases = {
        {R"({"image": )", "input", "JSON"},
        {bulk.job("1.mp4", {{"nose", 3}}), "usage", "unknown option 'nose'"},
        {bulk.job("2.mp4", {{"crf", 99}}), "usage", "0"},
        {bulk.job("3.mp4", {{"image", bulk.path("none.png")}}), "input", "none.png"},
        {bulk.job("4.mp4", {{"image", bulk.path("grey.bmp")}}), "input", "no face"},
        {bulk.job("5.mp4", {{"audio", bulk.path("short.wav")}}), "input", "short.wav"},
        {bulk.job("6.mp4", {{"motion", bulk.path("none.csv")}}), "input", "none.csv"},
        {bulk.job("none/7.mp4"), "output", "does not exist"},
        {bulk.job("good.mp4", {{"crf", 20}}), "usage", "also that of line 3"},
        {bulk.job("there.mp4"), "output", "exists already"},
        {bulk.job("9.mp4", {{"face", bulk.path("s.wav")}, {"image", nullptr}}), "input", "s.wav"},
    };
    std::vector<json> jobs = {bulk.job("good.mp4")};
    for (const Case& c : cases) {
        jobs.push_back(c.job);
    }
    jobs.push_back(bulk.job("last.mp4"));
    bulk.write_list(jobs);
    const auto check = [&](const RunResult& run, const std::string& good) {
        INFO(run.err);
        CHECK(run.exit_code == 7);
        CHECK_THAT(run.err, Catch::Contains("11 of 13 jobs failed"));
        const std::vector<json> lines = lines_of(run);
        CHECK(lines.size() == jobs.size());
        for (const json& line : lines) {
            const int index = line["line"].get<int>() - 4;
            if (index < 0 || index >= static_cast<int>(cases.size())) {
                CHECK(line["state"] == good);
                continue;
            }
            const Case& c = cases[static_cast<std::size_t>(index)];
            INFO(line.dump());
            CHECK(line["state"] == "failed");
            CHECK(line["error"]["kind"] == c.kind);
            CHECK_THAT(line["error"]["message"].get<std::string>(), Catch::Contains(c.part));
            CHECK_THAT(run.err, Catch::Contains("line " + std::to_string(index + 4) + ": "));
        }
    };
    const Names before = bulk.names();
    check(bulk.run({"--dry-run"}), "checked");
    CHECK(bulk.names() == before);
    check(bulk.run({"--jobs", "2", "--json"}), "done");
    CHECK(bulk.bytes("there.mp4") == "kept");
    Names after = before;
    for (const char* name : {"good.mp4", "good.mp4.job.json", "last.mp4", "last.mp4.job.json"}) {
        after.emplace_back(name);
    }
    std::sort(after.begin(), after.end());
    CHECK(bulk.names() == after);

    CHECK(bulk.run({"--jobs", "0"}).exit_code == 2);
    CHECK(bulk.run({"--device", "abacus"}).exit_code == 2);
    CHECK(bulk.run({}, {}, "none.jsonl").exit_code == 3);
    for (const char* text : {"", "# nothing\n", "image,audio\na,b\n", "image,audio,out\n"}) {
        INFO(text);
        test::write_text(bulk.path("jobs.jsonl"), text);
        CHECK(bulk.run().exit_code == 3);
    }
    bulk.write_list({bulk.job("unheard.mp4")});
    RunOptions closed;
    closed.closed_stdout = true;
    CHECK(bulk.run({}, closed).exit_code == 5);
    CHECK(fs::exists(bulk.path("unheard.mp4")));
}

TEST_CASE("--resume makes what is missing or made from other things") {
    const auto portrait = test::find_portrait();
    if (!portrait) {
        return;
    }
    const Bulk bulk(*portrait);
    fs::create_directory(bulk.path("frames"));
    test::write_speech(bulk.path("t.wav"), 0.3);
    std::vector<json> jobs = {bulk.job("a.mp4"),
                              bulk.job("b.mp4", {{"audio", bulk.path("t.wav")}}),
                              bulk.job("frames/%03d.png")};
    bulk.write_list(jobs);
    const auto states = [&](const std::vector<std::string>& more = {}) {
        std::vector<std::string> arguments = {"--resume"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const RunResult run = bulk.run(arguments);
        INFO(run.err);
        CHECK(run.exit_code == 0);
        return states_of(run);
    };
    const States all_skipped = {{3, "skipped"}, {4, "skipped"}, {5, "skipped"}};
    CHECK(states() == States{{3, "done"}, {4, "done"}, {5, "done"}});
    const auto written = fs::last_write_time(bulk.path("a.mp4"));
    // Neither the device nor the input's modification time makes a difference.
    fs::last_write_time(bulk.path("t.wav"), written + std::chrono::hours(1));
    CHECK(states({"--device", "cpu", "--jobs", "2"}) == all_skipped);
    CHECK(fs::last_write_time(bulk.path("a.mp4")) == written);

    test::write_speech(bulk.path("t.wav"), 0.2);
    jobs[0]["crf"] = 30;
    fs::remove(bulk.path("frames/005.png"));
    bulk.write_list(jobs);
    CHECK(states({"--dry-run"}) == States{{3, "checked"}, {4, "checked"}, {5, "checked"}});
    CHECK(states() == States{{3, "done"}, {4, "done"}, {5, "done"}});
    CHECK(states() == all_skipped);

    // The same folder of models with an additional one.
    const fs::path models = bulk.path("models");
    for (const auto& entry : fs::recursive_directory_iterator(VASA_MODEL_DIR)) {
        const fs::path copy = models / fs::relative(entry.path(), VASA_MODEL_DIR);
        fs::create_directories(copy.parent_path());
        if (!entry.is_directory()) {
            fs::create_symlink(entry.path(), copy);
        }
    }
    CHECK(states({"--models", models.string(), "--dry-run"}) == all_skipped);
    test::write_text((models / "more.safetensors").string(), "x");
    bulk.write_list({jobs[0]});
    CHECK(states({"--models", models.string()}) == States{{3, "done"}});
}

TEST_CASE("a batch that is killed or stopped at any moment can go on") {
    const auto portrait = test::find_portrait();
    if (!portrait) {
        return;
    }
    const Bulk bulk(*portrait);
    fs::create_directory(bulk.path("frames"));
    const std::vector<json> jobs = {
        bulk.job("a.mp4"), bulk.job("b.mp4"), bulk.job("frames/%03d.png")};
    bulk.write_list(jobs);
    REQUIRE(bulk.run().exit_code == 0);
    const Names complete = bulk.names();
    std::map<std::string, std::string> expected;
    for (const char* name : {"a.mp4", "b.mp4", "frames/001.png", "frames/005.png"}) {
        expected[name] = bulk.bytes(name);
    }
    const auto frame_names = [&] {
        Names names;
        for (const auto& entry : fs::directory_iterator(bulk.path("frames"))) {
            names.push_back(entry.path().filename().string());
        }
        return names;
    };
    const std::size_t num_frame_files = frame_names().size();
    const std::vector<std::function<bool()>> moments = {
        [&] { return fs::exists(bulk.path("a.mp4.lock")); },
        [&] { return holds_part(bulk.names(), ".a.mp4."); },
        [&] { return fs::exists(bulk.path("a.mp4")); },
        [&] { return holds_part(bulk.names(), ".b.mp4."); },
        [&] { return holds_part(frame_names(), ".%03d.png."); },
    };
    for (const int signal_number : {SIGKILL, SIGTERM}) {
        for (const char* name : {"a.mp4", "a.mp4.job.json", "b.mp4", "b.mp4.job.json", "frames"}) {
            fs::remove_all(bulk.path(name));
        }
        fs::create_directory(bulk.path("frames"));
        for (const auto& moment : moments) {
            RunOptions options;
            options.signal_number = signal_number;
            options.when = moment;
            const RunResult run = bulk.run({"--resume"}, options);
            INFO(run.err);
            // A moment that has passed is not waited for again; the last may be too late.
            if (run.exit_code != 0) {
                CHECK((signal_number == SIGTERM ? run.exit_code == 143
                                                : run.signal_number == SIGKILL));
            }
            for (const auto& [name, bytes] : expected) {
                if (fs::exists(bulk.path(name))) {
                    CHECK((bulk.bytes(name) == bytes));
                }
            }
            if (signal_number == SIGTERM) {
                const Names names = bulk.names();
                CHECK(std::none_of(names.begin(), names.end(), [](const std::string& name) {
                    return name.find(".part") != std::string::npos ||
                           name.find(".lock") != std::string::npos;
                }));
            }
        }
        CHECK(bulk.run({"--resume"}).exit_code == 0);
        CHECK(bulk.names() == complete);
        CHECK(frame_names().size() == num_frame_files);
        for (const auto& [name, bytes] : expected) {
            CHECK((bulk.bytes(name) == bytes));
        }
    }
}

TEST_CASE("processes that share a list make each clip once") {
    const auto portrait = test::find_portrait();
    if (!portrait) {
        return;
    }
    const Bulk bulk(*portrait);
    std::vector<json> jobs;
    for (int i = 0; i < 8; ++i) {
        jobs.push_back(bulk.job("clip" + std::to_string(i) + ".mp4"));
    }
    bulk.write_list(jobs);
    std::vector<std::future<RunResult>> runs;
    for (int i = 0; i < 2; ++i) {
        runs.push_back(std::async(std::launch::async, [&bulk] {
            return bulk.run({"--resume", "--jobs", "2", "--threads", "1"});
        }));
    }
    std::map<std::string, int> counts;
    for (std::future<RunResult>& future : runs) {
        const RunResult run = future.get();
        INFO(run.err);
        CHECK(run.exit_code == 0);
        for (const auto& [line, state] : states_of(run)) {
            ++counts[state];
        }
    }
    CHECK(counts["done"] == 8);
    CHECK(counts["claimed"] + counts["skipped"] == 8);
    CHECK(bulk.names().size() == 2 + 1 + 2 * 8);

    // A job that another process holds while it lives, and the remains of a killed one.
    bulk.write_list({bulk.job("new.mp4"), bulk.job("clip0.mp4", {{"force", true}})});
    const int lock = ::open(bulk.path("new.mp4.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    REQUIRE(::flock(lock, LOCK_EX) == 0);
    test::write_text(bulk.path(".new.mp4.4194303.0.part"), "half");
    RunResult run = bulk.run();
    CHECK(run.exit_code == 0);
    CHECK(states_of(run) == States{{3, "claimed"}, {4, "done"}});
    CHECK(fs::exists(bulk.path(".new.mp4.4194303.0.part")));
    ::close(lock);
    run = bulk.run();
    CHECK(states_of(run) == States{{3, "done"}, {4, "done"}});
    CHECK(bulk.names().size() == 2 + 1 + 2 * 9);
}
