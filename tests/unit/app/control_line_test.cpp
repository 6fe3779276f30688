// SPDX-License-Identifier: Apache-2.0
#include "live/control_line.h"

#include "vasa/core/error.h"

#include <string>

#include "support/catch.h"

using namespace vasa;
using app::ControlLine;
using app::parse_control_line;

TEST_CASE("a line of controls may ask for several things at once") {
    const ControlLine line = parse_control_line(
        R"({"interrupt": true, "pause": false, "portrait": "b.png", "gaze": [10, -5],)"
        R"( "emotion": "happy:0.5", "head_motion": 0.5})");
    CHECK(line.interrupt);
    CHECK_FALSE(line.stats);
    REQUIRE(line.pause);
    CHECK_FALSE(*line.pause);
    CHECK(line.portrait == "b.png");
    CHECK(line.load.empty());
    render::RenderOptions options;
    render::set_options(options, line.options);
    CHECK(options.drive.controls.curve("gaze_yaw").at(0) == 10.0F);
    CHECK(options.drive.controls.curve("happy").at(0) == 0.5F);
    CHECK(options.drive.controls.curve("head_motion").at(0) == 0.5F);
}

TEST_CASE("lines that are no controls are errors, whatever they hold") {
    for (const std::string& line : {std::string("interrupt"),
                                    std::string("{"),
                                    std::string("[1]"),
                                    std::string("null"),
                                    std::string(R"({"interrupt": 1})"),
                                    std::string(R"({"pause": "yes"})"),
                                    std::string(R"({"portrait": ""})"),
                                    std::string(R"({"portrait": ["a"]})"),
                                    std::string(R"({"out": "/etc/passwd"})"),
                                    std::string(R"({"models": "/tmp"})"),
                                    std::string(R"({"gaze": {"yaw": 1}})"),
                                    std::string(R"({"stats": true, "stats": true})"),
                                    std::string("\0\xff\xfe", 3),
                                    std::string(5000, '['),
                                    R"({"load": ")" + std::string(5000, 'a') + R"("})"}) {
        INFO(line.substr(0, 40));
        CHECK_THROWS_AS(parse_control_line(line), core::Error);
    }
}
