// SPDX-License-Identifier: Apache-2.0
#include "vasa/motion/controls.h"

#include "support/test_folder.h"

#include "vasa/core/error.h"

#include <cmath>
#include <fstream>

#include "support/catch.h"

using namespace vasa;
using namespace vasa::motion;
using vasa::core::Error;
using vasa::core::ErrorKind;

namespace {

constexpr float kRadPerDegree = 3.14159265F / 180.0F;

Controls load(const std::string& text, const std::string& name = "controls.json") {
    const TestFolder dir;
    const std::string path = dir / name;
    std::ofstream(path, std::ios::binary) << text;
    return load_controls(path, Controls());
}

/// The error message for a refused control file, from its name on.
std::string refusal(const std::string& text) {
    try {
        load(text);
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Input);
        const std::string message = error.what();
        return message.substr(message.find("controls.json"));
    }
    return "accepted";
}

}  // namespace

TEST_CASE("controls begin at their defaults", "[motion]") {
    const ControlFrame frame = Controls().at(3.0);
    const ControlFrame initial;
    CHECK(frame.gaze.yaw_rad == 0.0F);
    CHECK(frame.distance == initial.distance);
    CHECK(frame.amplitude == initial.amplitude);
    CHECK(frame.blink_rate_per_min == initial.blink_rate_per_min);
    CHECK(frame.cfg_audio == initial.cfg_audio);
    CHECK(frame.cfg_gaze == initial.cfg_gaze);
}

TEST_CASE("a curve goes through its keyframes", "[motion]") {
    const ControlCurve curve({{1.0, 0.0F, Interpolation::Linear},
                              {3.0, 4.0F, Interpolation::Smooth},
                              {5.0, 0.0F, Interpolation::Linear}});
    CHECK(curve.at(-10.0) == 0.0F);
    CHECK(curve.at(1.5) == Approx(1.0F));
    CHECK(curve.at(3.0) == Approx(4.0F));
    CHECK(curve.at(4.0) == Approx(2.0F));
    CHECK(curve.at(3.2) > 3.8F);  // flat at its ends
    CHECK(curve.at(100.0) == 0.0F);
    CHECK_THROWS_AS(ControlCurve(std::vector<Keyframe>{}), Error);
    CHECK_THROWS_AS(ControlCurve({{1.0, 0.0F}, {1.0, 1.0F}}), Error);
    CHECK_THROWS_AS(ControlCurve({{0.0, std::nanf("")}}), Error);
}

TEST_CASE("controls refuse values out of range and unknown names", "[motion]") {
    Controls controls;
    controls.set("gaze_yaw", ControlCurve(20.0F));
    CHECK(controls.at(0).gaze.yaw_rad == Approx(20.0F * kRadPerDegree));
    CHECK_THROWS_AS(controls.set("gaze_yaw", ControlCurve(41.0F)), Error);
    CHECK_THROWS_AS(controls.set("amplitude", ControlCurve(-0.1F)), Error);
    CHECK_THROWS_AS(controls.set("volume", ControlCurve(1.0F)), Error);
    for (const std::string& name : Controls::names()) {
        CHECK_THROWS_AS(controls.set(name, ControlCurve(1000.0F)), Error);
    }
}

TEST_CASE("an emotion replaces the one before", "[motion]") {
    Controls controls;
    controls.set_emotion("happy:0.5");
    CHECK(controls.at(0).emotion[static_cast<int>(Emotion::Happy)] == 0.5F);
    controls.set_emotion("contempt");
    CHECK(controls.at(0).emotion[static_cast<int>(Emotion::Happy)] == 0.0F);
    CHECK(controls.at(0).emotion[static_cast<int>(Emotion::Contempt)] == 1.0F);
    controls.set_emotion("neutral");
    CHECK(controls.at(0).emotion == EmotionMix{});
    for (const char* bad : {"cheerful", "happy:", "happy:2", "happy:x", "happy:nan", ""}) {
        INFO(bad);
        CHECK_THROWS_AS(controls.set_emotion(bad), Error);
    }
}

TEST_CASE("a JSON control file", "[motion]") {
    const Controls controls = load(R"({
  "amplitude": 1.5,
  "gaze_yaw": [{"time": 0, "value": -10}, {"time": 2, "value": 10, "interpolation": "smooth"}],
  "happy": [{"time": 0.5, "value": 0}, {"time": 1e0, "value": 1}]
})");
    CHECK(controls.at(7).amplitude == 1.5F);
    CHECK(controls.at(1).gaze.yaw_rad == Approx(0.0F).margin(1e-6));
    CHECK(controls.at(0.75).emotion[0] == Approx(0.5F));
    CHECK(controls.at(0).distance == 1.0F);
}

TEST_CASE("a CSV control file", "[motion]") {
    const Controls controls = load(
        "\xEF\xBB\xBFtime, distance,interpolation , amplitude\r\n"
        "0,1,smooth,\r\n"
        "\r\n"
        "1, 1.2 ,,2\r\n"
        "# a remark\r\n"
        "2,,linear,1\r\n",
        "controls.csv");
    CHECK(controls.at(0.5).distance == Approx(1.1F));
    CHECK(controls.at(0.25).distance < 1.04F);
    CHECK(controls.at(0).amplitude == 2.0F);
    CHECK(controls.at(1.5).amplitude == Approx(1.5F));
    CHECK(controls.at(9).distance == Approx(1.2F));
}

TEST_CASE("refused JSON control files name line and column", "[motion]") {
    CHECK(refusal("{\n  \"volume\": 1}").find("controls.json:2:3': unknown control") == 0);
    CHECK(refusal("{\"amplitude\": 3.5}").find("controls.json:1:15': amplitude is 3.5") == 0);
    CHECK(refusal("{\"amplitude\": \"big\"}").find("controls.json:1:15': text") == 0);
    CHECK(refusal("{\"amplitude\": [\n{\"time\": 1, \"value\": 1},\n{\"time\": 1, \"value\": 2}]}")
              .find("controls.json:3:") == 0);
    CHECK(refusal("{\"amplitude\": [{\"time\": 1}]}").find("without value") != std::string::npos);
    CHECK(refusal("{\"amplitude\": []}").find("no keyframes") != std::string::npos);
    CHECK(refusal("{\"amplitude\": 1, \"amplitude\": 2}").find("twice") != std::string::npos);
    CHECK(refusal("{\"amplitude\": NaN}").find("controls.json:1:") == 0);
    CHECK(refusal("{\"amplitude\": 1").find("controls.json:1:") == 0);
    CHECK(refusal("{\"amplitude\": [1, 2]}").find("keyframe object") != std::string::npos);
    CHECK(refusal("{\"amplitude\": [{\"time\": 0, \"value\": 1, \"ease\": 2}]}").find("'ease'") !=
          std::string::npos);
    CHECK(refusal("{\"amplitude\": [{\"time\": 0, \"value\": 1, \"interpolation\": \"cubic\"}]}")
              .find("cubic") != std::string::npos);
    CHECK(refusal("{\"amplitude\": null}").find("null") != std::string::npos);
    CHECK(refusal("").find("empty") != std::string::npos);
    CHECK(refusal("{\"amplitude\": 1e999}") != "accepted");
}

TEST_CASE("refused CSV control files name line and column", "[motion]") {
    CHECK(refusal("time,volume\n0,1\n").find("controls.json:1:6': unknown control") == 0);
    CHECK(refusal("amplitude\n1\n").find("no column 'time'") != std::string::npos);
    CHECK(refusal("time,amplitude\n0,1\n0,2\n").find("controls.json:3:1'") == 0);
    CHECK(refusal("time,amplitude\n0,nan\n").find("controls.json:2:3'") == 0);
    CHECK(refusal("time,amplitude\n0,9\n").find("controls.json:2:3': amplitude is 9") == 0);
    CHECK(refusal("time,amplitude\n0\n").find("1 cells, expected 2") != std::string::npos);
    CHECK(refusal("time,amplitude\n").find("no rows") != std::string::npos);
    CHECK(refusal("time,time\n0,0\n").find("twice") != std::string::npos);
    CHECK(refusal("time,amplitude,interpolation\n0,1,cubic\n").find("cubic") != std::string::npos);
    CHECK_THROWS_AS(load_controls("/nonexistent/controls.json", Controls()), Error);
}
