// SPDX-License-Identifier: Apache-2.0
#include "vasa/eval/quality_gate.h"

#include "support/test_folder.h"

#include "vasa/core/error.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <initializer_list>
#include <iterator>

#include "support/catch.h"

using namespace vasa;
using eval::Better;
using eval::ClipScores;
using eval::QualityCases;
using eval::QualityRow;
using eval::QualityValue;
using eval::Verdict;

namespace {

const eval::ScoreField& field(const std::string& name) {
    const auto& fields = eval::score_fields();
    return *std::find_if(
        fields.begin(), fields.end(), [&](const auto& f) { return f.name == name; });
}

/// A case's clips, each with one score.
std::vector<ClipScores> clips_of(const std::string& score, std::initializer_list<double> values) {
    std::vector<ClipScores> clips;
    for (const double value : values) {
        clips.emplace_back();
        if (std::isfinite(value)) {
            clips.back().scores.push_back({&field(score), value});
        }
    }
    return clips;
}

/// Verdict on a value against a baseline score of 10 +- 1.
Verdict judge(const std::string& score, double value) {
    QualityCases baseline, now;
    baseline["a"].values[score] = {10, 0, 1, false, 1, 3};
    now["a"].values[score] = {value, 0, 5, false, 1, 3};
    const std::vector<QualityRow> rows = eval::compare_quality(baseline, now);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].test == "a");
    CHECK(rows[0].score == score);
    CHECK(rows[0].text.empty() == !eval::is_failure(rows[0].verdict));
    return rows[0].verdict;
}

QualityCases two_cases() {
    QualityCases cases;
    cases["first"].options = {{"audio", "a.wav"}, {"seeds", "1,2,3"}};
    cases["first"].values["self_psnr"] = {30.123456, 0.0123456, 0.5, false, 1, 3};
    cases["first"].values["jerk_lips"] = {1.0 / 3, 0, 1e-7 / 3, true, 2, 2};
    cases["second"].options = {{"image", "b \"c\".png"}};
    return cases;
}

std::string message_of(const std::string& path) {
    try {
        eval::load_baseline(path);
    } catch (const core::Error& error) {
        CHECK(error.kind() == core::ErrorKind::Input);
        return error.what();
    }
    FAIL("accepted");
    return "";
}

std::string save(const TestFolder& folder, const std::string& text) {
    std::string path = folder / "baseline.json";
    std::ofstream(path) << text;
    return path;
}

}  // namespace

TEST_CASE("a case is summed up by mean and spread", "[eval]") {
    const auto one =
        eval::summarize_case({{"audio", "a.wav"}}, clips_of("self_psnr", {30, 33, 36}));
    CHECK(one.options.at("audio") == "a.wav");
    REQUIRE(one.values.size() == 1);
    const QualityValue& value = one.values.at("self_psnr");
    CHECK(value.value == Approx(33));
    CHECK(value.spread == Approx(3));
    CHECK(value.num_clips == 3);
    CHECK_FALSE(value.is_set_by_hand);
    // Clips without the score are not counted.
    const auto part = eval::summarize_case({}, clips_of("self_psnr", {30, NAN, 32}));
    CHECK(part.values.at("self_psnr").value == Approx(31));
    CHECK(part.values.at("self_psnr").num_clips == 2);
}

TEST_CASE("tolerances follow the spread of the case and of its neighbours, with a floor",
          "[eval]") {
    QualityCases cases;
    cases["steady"] = eval::summarize_case({}, clips_of("self_psnr", {30, 30, 30}));
    const double floor = field("self_psnr").least_change;
    const auto tolerance = [&](const char* name) {
        eval::set_tolerances(cases);
        return cases[name].values.at("self_psnr").tolerance;
    };
    CHECK(tolerance("steady") == floor);
    cases["loose"] = eval::summarize_case({}, clips_of("self_psnr", {30, 33, 36}));
    const double usual = std::sqrt((3.0 * 3.0 + 0.0) / 2);
    CHECK(tolerance("loose") == Approx(4 * 3 / std::sqrt(3.0)));
    CHECK(tolerance("steady") == Approx(4 * usual / std::sqrt(3.0)));
    // A single clip has no spread of its own.
    cases["single"] = eval::summarize_case({}, clips_of("self_psnr", {30}));
    CHECK(tolerance("single") == Approx(4 * usual));
}

TEST_CASE("every score has a floor for its tolerance", "[eval]") {
    for (const eval::ScoreField& score : eval::score_fields()) {
        INFO(score.name);
        CHECK(score.least_change > 0);
    }
}

TEST_CASE("the verdict follows the direction of the score", "[eval]") {
    REQUIRE(field("jerk_lips").better == Better::Low);
    CHECK(judge("jerk_lips", 10.9) == Verdict::Same);
    CHECK(judge("jerk_lips", 11) == Verdict::Same);
    CHECK(judge("jerk_lips", 11.1) == Verdict::Worse);
    CHECK(judge("jerk_lips", 8.9) == Verdict::Better);
    REQUIRE(field("self_psnr").better == Better::High);
    CHECK(judge("self_psnr", 9) == Verdict::Same);
    CHECK(judge("self_psnr", 8.9) == Verdict::Worse);
    CHECK(judge("self_psnr", 11.1) == Verdict::Better);
    REQUIRE(field("mouth_std").better == Better::Near);
    CHECK(judge("mouth_std", 10.5) == Verdict::Same);
    CHECK(judge("mouth_std", 8.9) == Verdict::Changed);
    CHECK(judge("mouth_std", 11.1) == Verdict::Changed);
    CHECK_FALSE(eval::is_failure(Verdict::Same));
    CHECK_FALSE(eval::is_failure(Verdict::Better));
    for (const Verdict verdict : {Verdict::Worse,
                                  Verdict::Changed,
                                  Verdict::NotInBaseline,
                                  Verdict::NotScored,
                                  Verdict::OtherVersion,
                                  Verdict::OtherOptions}) {
        CHECK(eval::is_failure(verdict));
    }
}

TEST_CASE("what is on one side only fails and is named", "[eval]") {
    QualityCases baseline = two_cases(), now = two_cases();
    CHECK(eval::count_failures(eval::compare_quality(baseline, now)) == 0);
    now["first"].values.erase("self_psnr");
    now["first"].values["seam"] = {1, 0, 0.1, false, 1, 3};
    now.erase("second");
    now["third"] = {};
    const std::vector<QualityRow> rows = eval::compare_quality(baseline, now);
    const auto verdict_of = [&](const std::string& test, const std::string& score) {
        const auto it = std::find_if(rows.begin(), rows.end(), [&](const QualityRow& row) {
            return row.test == test && row.score == score;
        });
        INFO(test + " " + score);
        REQUIRE(it != rows.end());
        return it->verdict;
    };
    CHECK(verdict_of("first", "self_psnr") == Verdict::NotScored);
    CHECK(verdict_of("first", "seam") == Verdict::NotInBaseline);
    CHECK(verdict_of("first", "jerk_lips") == Verdict::Same);
    CHECK(verdict_of("second", "") == Verdict::NotScored);
    CHECK(verdict_of("third", "") == Verdict::NotInBaseline);
    CHECK(eval::count_failures(rows) == 4);
    // A score that only some clips still have.
    now = two_cases();
    now["first"].values["self_psnr"].num_clips = 2;
    CHECK(eval::count_failures(eval::compare_quality(baseline, now)) == 1);
    // A score that no longer exists.
    baseline["first"].values["beauty"] = {1, 0, 1, false, 1, 3};
    CHECK(eval::count_failures(eval::compare_quality(baseline, two_cases())) == 1);
}

TEST_CASE("formulas and cases that differ are not compared", "[eval]") {
    const QualityCases baseline = two_cases();
    QualityCases now = two_cases();
    now["first"].values["self_psnr"].version = 2;
    std::vector<QualityRow> rows = eval::compare_quality(baseline, now);
    REQUIRE(eval::count_failures(rows) == 1);
    const auto failed = std::find_if(
        rows.begin(), rows.end(), [](const QualityRow& row) { return is_failure(row.verdict); });
    CHECK(failed->verdict == Verdict::OtherVersion);
    CHECK_THAT(failed->text, Catch::Contains("update the baseline"));
    now = two_cases();
    now["first"].options["audio"] = "b.wav";
    now["first"].options["fps"] = "30";
    now["first"].values["self_psnr"].value = 0;
    rows = eval::compare_quality(baseline, now);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].verdict == Verdict::OtherOptions);
    CHECK_THAT(rows[0].text,
               Catch::Contains("audio is 'b.wav', in the baseline 'a.wav'") &&
                   Catch::Contains("fps is '30', in the baseline not given"));
}

TEST_CASE("a baseline survives its file, rounded, with tolerances set by hand", "[eval]") {
    const TestFolder folder;
    const std::string text = eval::baseline_text(two_cases());
    QualityCases cases = eval::load_baseline(save(folder, text));
    CHECK(eval::baseline_text(cases) == text);
    CHECK(cases["first"].values["self_psnr"].value == 30.12);
    CHECK(cases["first"].values["self_psnr"].spread == 0.01235);
    CHECK(cases["first"].values["jerk_lips"].version == 2);
    CHECK(cases["first"].values["jerk_lips"].is_set_by_hand);
    CHECK(cases["second"].options["image"] == "b \"c\".png");
    // Values rounded for the file are the same as unrounded ones.
    cases["first"].values["self_psnr"].tolerance = 0;
    CHECK(eval::count_failures(eval::compare_quality(cases, two_cases())) == 0);
    // Tolerances set by hand are kept over an update.
    QualityCases fresh = two_cases();
    for (auto& [name, value] : fresh["first"].values) {
        value.tolerance = 7;
        value.is_set_by_hand = false;
    }
    eval::keep_tolerances_set_by_hand(cases, fresh);
    CHECK(fresh["first"].values["self_psnr"].tolerance == 7);
    CHECK(fresh["first"].values["jerk_lips"].tolerance ==
          cases["first"].values["jerk_lips"].tolerance);
    CHECK(fresh["first"].values["jerk_lips"].is_set_by_hand);
}

TEST_CASE("a bad baseline is refused by name", "[eval]") {
    const TestFolder folder;
    const auto check = [&](const std::string& from, const std::string& to, const char* expected) {
        std::string text = eval::baseline_text(two_cases());
        const std::size_t at = text.find(from);
        REQUIRE(at != std::string::npos);
        text.replace(at, from.size(), to);
        const std::string path = save(folder, text);
        CHECK_THAT(message_of(path), Catch::Contains(path) && Catch::Contains(expected));
    };
    check("{", "", "JSON");
    check("vasa quality baseline", "other", "format");
    check("\"version\": 1\n}\n", "\"version\": 9\n}\n", "version");
    check("\"cases\"", "\"kases\"", "cases");
    check("\"scores\"", "\"skores\"", "first");
    check("\"tolerance\": 0.5", "\"tolerance\": -0.5", "self_psnr");
    check("\"tolerance\": 0.5", R"("tolerance": "wide")", "tolerance");
    check("\"spread\": 0.01235,", "", "spread");
    check("\"hand\"", "\"foot\"", "foot");
    check("\"clips\"", "\"klips\"", "klips");
    CHECK_THAT(message_of(folder / "none.json"), Catch::Contains("none.json"));
}

TEST_CASE("JUnit names what failed, whatever is in the names", "[eval]") {
    std::vector<QualityRow> rows(3);
    rows[0] = {"a<b", "seam", 1, 1, 0.1, Verdict::Same, ""};
    rows[1] = {"a<b", "self_psnr", 1, 9, 1, Verdict::Worse, "\"1\" & <9>\x01"};
    rows[2] = {"c", "", 0, 0, 0, Verdict::NotScored, "was not run"};
    const std::string text = eval::junit_text("all", rows, {{"a<b", 1.25}});
    CHECK(text ==
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
          "<testsuites name=\"all\" tests=\"3\" failures=\"2\" errors=\"0\">\n"
          "  <testsuite name=\"a&lt;b\" tests=\"2\" failures=\"1\" errors=\"0\" time=\"1.2\">\n"
          "    <testcase classname=\"a&lt;b\" name=\"seam\"/>\n"
          "    <testcase classname=\"a&lt;b\" name=\"self_psnr\">\n"
          "      <failure type=\"worse\" message=\"&quot;1&quot; &amp; &lt;9&gt;?\">"
          "&quot;1&quot; &amp; &lt;9&gt;?</failure>\n"
          "    </testcase>\n"
          "  </testsuite>\n"
          "  <testsuite name=\"c\" tests=\"1\" failures=\"1\" errors=\"0\" time=\"0.0\">\n"
          "    <testcase classname=\"c\" name=\"case\">\n"
          "      <failure type=\"not scored\" message=\"was not run\">was not run</failure>\n"
          "    </testcase>\n"
          "  </testsuite>\n"
          "</testsuites>\n");
}
