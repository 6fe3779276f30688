// SPDX-License-Identifier: Apache-2.0
#include "support/test_folder.h"

#include "vasa/core/atomic_file.h"
#include "vasa/core/error.h"
#include "vasa/core/rng.h"
#include "vasa/core/safetensors.h"
#include "vasa/motion/motion_clip.h"

#include <cmath>
#include <cstddef>
#include <filesystem>
#include <limits>
#include <string>

#include "support/catch.h"

namespace {

using namespace vasa;
using namespace vasa::motion;
using vasa::core::Error;
using vasa::core::ErrorKind;
using vasa::core::Rng;
using vasa::head::Action;

MotionClip random_clip(std::uint64_t seed, int num_frames) {
    Rng rng(seed);
    MotionClip clip;
    clip.fps = {30000, 1001};
    clip.metadata = {{"driver", "test"}, {"a=b", "x = y\nsecond line\\"}, {"empty", ""}};
    for (int i = 0; i < num_frames; ++i) {
        MotionFrame frame;
        for (float& value : frame.actions.values) {
            value = static_cast<float>(rng.uniform());
        }
        frame.pose = {static_cast<float>(rng.uniform(-1.0, 1.0)),
                      static_cast<float>(rng.uniform(-1.0, 1.0)),
                      static_cast<float>(rng.uniform(-1.0, 1.0)),
                      static_cast<float>(rng.normal()),
                      static_cast<float>(rng.normal()),
                      static_cast<float>(-60.0 + rng.normal())};
        frame.tongue = {static_cast<float>(rng.uniform()), static_cast<float>(rng.uniform())};
        clip.frames.push_back(frame);
    }
    return clip;
}

void check_equal(const MotionClip& a, const MotionClip& b) {
    CHECK(a.fps.num == b.fps.num);
    CHECK(a.fps.den == b.fps.den);
    CHECK(a.metadata == b.metadata);
    REQUIRE(a.frames.size() == b.frames.size());
    for (std::size_t i = 0; i < a.frames.size(); ++i) {
        CHECK(a.frames[i].actions.values == b.frames[i].actions.values);
        CHECK(a.frames[i].pose.yaw_rad == b.frames[i].pose.yaw_rad);
        CHECK(a.frames[i].pose.pitch_rad == b.frames[i].pose.pitch_rad);
        CHECK(a.frames[i].pose.roll_rad == b.frames[i].pose.roll_rad);
        CHECK(a.frames[i].pose.x_cm == b.frames[i].pose.x_cm);
        CHECK(a.frames[i].pose.y_cm == b.frames[i].pose.y_cm);
        CHECK(a.frames[i].pose.z_cm == b.frames[i].pose.z_cm);
        CHECK(a.frames[i].tongue.tip == b.frames[i].tongue.tip);
        CHECK(a.frames[i].tongue.blade == b.frames[i].tongue.blade);
    }
}

std::string error_of(const std::string& csv) {
    try {
        parse_motion_csv(csv, "a.csv");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Input);
        return error.what();
    }
    return "";
}

/// A header as Live Link Face writes it, 61 columns plus two.
std::string live_link_header() {
    return "Timecode,BlendShapeCount,EyeBlinkLeft,EyeLookDownLeft,EyeLookInLeft,EyeLookOutLeft,"
           "EyeLookUpLeft,EyeSquintLeft,EyeWideLeft,EyeBlinkRight,EyeLookDownRight,EyeLookInRight,"
           "EyeLookOutRight,EyeLookUpRight,EyeSquintRight,EyeWideRight,JawForward,JawRight,JawLeft,"
           "JawOpen,MouthClose,MouthFunnel,MouthPucker,MouthRight,MouthLeft,MouthSmileLeft,"
           "MouthSmileRight,MouthFrownLeft,MouthFrownRight,MouthDimpleLeft,MouthDimpleRight,"
           "MouthStretchLeft,MouthStretchRight,MouthRollLower,MouthRollUpper,MouthShrugLower,"
           "MouthShrugUpper,MouthPressLeft,MouthPressRight,MouthLowerDownLeft,MouthLowerDownRight,"
           "MouthUpperUpLeft,MouthUpperUpRight,BrowDownLeft,BrowDownRight,BrowInnerUp,"
           "BrowOuterUpLeft,BrowOuterUpRight,CheekPuff,CheekSquintLeft,CheekSquintRight,"
           "NoseSneerLeft,NoseSneerRight,TongueOut,HeadYaw,HeadPitch,HeadRoll,LeftEyeYaw,"
           "LeftEyePitch,LeftEyeRoll,RightEyeYaw,RightEyePitch,RightEyeRoll\r\n";
}

/// A row whose column `index` (0 = EyeBlinkLeft) has `value` and the others 0.
std::string live_link_row(const std::string& timecode, int index, const std::string& value) {
    std::string row = timecode + ",61";
    for (int k = 0; k < 61; ++k) {
        row += "," + (k == index ? value : std::string("0.0"));
    }
    return row + "\r\n";
}

TEST_CASE("motion survives both kinds of file bit by bit") {
    const TestFolder folder;
    const MotionClip clip = random_clip(1, 70);
    for (const char* name : {"clip.csv", "clip.safetensors", "CLIP.CSV"}) {
        save_motion(folder.path(name), clip, false);
        check_equal(load_motion(folder.path(name)), clip);
        CHECK_THROWS_AS(save_motion(folder.path(name), clip, false), Error);
        save_motion(folder.path(name), clip, true);
    }
    MotionClip empty;
    save_motion(folder.path("empty.csv"), empty, false);
    check_equal(load_motion(folder.path("empty.csv")), empty);
}

TEST_CASE("files of clips whose tongue does not move do not mention it") {
    const TestFolder folder;
    MotionClip clip = random_clip(3, 4);
    for (MotionFrame& frame : clip.frames) {
        frame.tongue = {};
    }
    CHECK(format_motion_csv(clip).find("Tongue") == format_motion_csv(clip).find("TongueOut"));
    CHECK(format_motion_csv(clip).find("TongueTip") == std::string::npos);
    save_motion(folder.path("still.safetensors"), clip, false);
    CHECK_FALSE(core::SafetensorsFile::load(folder.path("still.safetensors"), ErrorKind::Input)
                    .contains("tongue"));
    check_equal(load_motion(folder.path("still.safetensors")), clip);
}

TEST_CASE("a tongue out of range or of another length is refused") {
    const TestFolder folder;
    MotionClip clip = random_clip(3, 4);
    clip.frames[2].tongue.blade = 1.5F;
    CHECK_THROWS_AS(save_motion(folder.path("a.csv"), clip, false), Error);
    clip.frames[2].tongue.blade = 0.75F;
    std::string csv = format_motion_csv(clip);
    csv.replace(csv.find(",0.75\n"), 5, ",1.75");
    CHECK_THAT(error_of(csv), Catch::Contains("TongueBlade is '1.75', out of range"));
    save_motion(folder.path("a.safetensors"), clip, false);
    const auto file = core::SafetensorsFile::load(folder.path("a.safetensors"), ErrorKind::Input);
    core::SafetensorsWriter writer;
    for (const auto& [key, value] : file.metadata()) {
        writer.set_metadata(key, value);
    }
    writer.add_f32("pose", {4, 6}, file.floats("pose"));
    writer.add_f32("actions", {4, 52}, file.floats("actions"));
    writer.add_f32("tongue", {3, 2}, std::vector<float>(6, 0.5F));
    writer.save(folder.path("b.safetensors"));
    try {
        load_motion(folder.path("b.safetensors"));
        FAIL("no error");
    } catch (const Error& error) {
        CHECK_THAT(error.what(), Catch::Contains("4 frames of pose and 3 of tongue"));
    }
}

TEST_CASE("other extensions and absent files are refused") {
    CHECK_THROWS_AS(load_motion("motion.txt"), Error);
    CHECK_THROWS_AS(load_motion("folder.csv/motion"), Error);
    CHECK_THROWS_AS(save_motion("motion", {}, true), Error);
    for (const char* name : {"/no/such/folder/a.csv", "/no/such/folder/a.safetensors"}) {
        try {
            load_motion(name);
            FAIL("no error");
        } catch (const Error& error) {
            CHECK(error.kind() == ErrorKind::Input);
        }
    }
}

TEST_CASE("what could not be read again is not written") {
    const TestFolder folder;
    MotionClip clip = random_clip(2, 3);
    clip.frames[1].actions[Action::JawOpen] = std::numeric_limits<float>::quiet_NaN();
    for (const char* name : {"nan.csv", "nan.safetensors"}) {
        CHECK_THROWS_AS(save_motion(folder.path(name), clip, false), Error);
        CHECK_FALSE(std::filesystem::exists(folder.path(name)));
    }
}

TEST_CASE("a Live Link Face recording is read with the rate of its timecode") {
    std::string csv = live_link_header();
    for (int i = 0; i < 90; ++i) {
        const int frame = 50 + i;
        const std::string timecode =
            "14:03:" + std::to_string(52 + frame / 60) + ":" + std::to_string(frame % 60) + ".207";
        if (i != 40 && i != 41) {  // dropped
            csv += live_link_row(timecode, 17, std::to_string(i / 100.0));
        }
    }
    const MotionClip clip = parse_motion_csv(csv, "take.csv");
    CHECK(clip.fps.num == 60);
    REQUIRE(clip.frames.size() == 90);
    for (int i = 0; i < 90; ++i) {
        CHECK(clip.frames[i].actions[Action::JawOpen] == Approx(i / 100.0).margin(1e-6));
    }
}

TEST_CASE("columns of Live Link Face go to their actions and angles") {
    const auto first = [](int index, const std::string& value) {
        return parse_motion_csv(
                   "# fps=30\n" + live_link_header() + live_link_row("0:0:0:0", index, value), "a")
            .frames.at(0);
    };
    CHECK(first(0, "0.5").actions[Action::EyeBlinkLeft] == 0.5F);
    CHECK(first(15, "0.5").actions[Action::JawRight] == 0.5F);
    CHECK(first(16, "0.5").actions[Action::JawLeft] == 0.5F);
    CHECK(first(51, "1").actions[Action::TongueOut] == 1.0F);
    CHECK(first(52, "0.25").pose.yaw_rad == 0.25F);
    CHECK(first(53, "-0.25").pose.pitch_rad == -0.25F);
    CHECK(first(54, "0.25").pose.roll_rad == -0.25F);
    CHECK(first(3, "1.05").actions[Action::EyeLookOutLeft] == 1.0F);
    CHECK(first(3, "-0.05").actions[Action::EyeLookOutLeft] == 0.0F);
    CHECK(first(3, "1e-3").actions[Action::EyeLookOutLeft] == 1e-3F);
}

TEST_CASE("errors in CSV files name line and column") {
    const std::string header = "# fps=30\n" + live_link_header();
    CHECK_THAT(error_of(header + live_link_row("0:0:0:0", 0, "abc")),
               Catch::Contains("a.csv:3:12") && Catch::Contains("EyeBlinkLeft is 'abc'"));
    CHECK_THAT(error_of(header + live_link_row("0:0:0:0", 1, "nan")),
               Catch::Contains("a.csv:3:16") && Catch::Contains("finite"));
    CHECK_THAT(error_of(header + live_link_row("0:0:0:0", 1, "inf")), Catch::Contains("finite"));
    CHECK_THAT(error_of(header + live_link_row("0:0:0:0", 1, "1.5")),
               Catch::Contains("out of range"));
    CHECK_THAT(error_of(header + live_link_row("0:0:0:0", 1, "0,5")),
               Catch::Contains("64 columns, expected 63"));
    CHECK_THAT(error_of(header + live_link_row("0:0:0:0", 1, "")), Catch::Contains("''"));
    CHECK_THAT(error_of(header + "0:0:0:0,61\n"), Catch::Contains("2 columns, expected 63"));
    std::string changed = live_link_header();
    CHECK_THAT(error_of(changed.replace(changed.find("JawOpen"), 7, "JawWide")),
               Catch::Contains("unknown column 'JawWide'"));
    changed = live_link_header();
    CHECK_THAT(error_of(changed.replace(changed.find("JawOpen"), 7, "JawLeft")),
               Catch::Contains("'JawLeft' appears twice"));
    changed = live_link_header();
    CHECK_THAT(error_of(changed.erase(changed.find("JawOpen,"), 8)),
               Catch::Contains("'JawOpen' is missing"));
    CHECK_THAT(error_of(""), Catch::Contains("no header"));
    CHECK_THAT(error_of("# vasa motion 2, fps=25\n" + live_link_header()),
               Catch::Contains("version '2'"));
    CHECK_THAT(error_of("# vasa motion 1\n" + live_link_header()),
               Catch::Contains("no frame rate"));
    CHECK_THAT(error_of("# fps=0\n" + live_link_header()), Catch::Contains("a.csv:1:"));
}

TEST_CASE("timecodes without a rate, that run backwards or leap are refused") {
    const std::string header = live_link_header();
    CHECK_THAT(error_of(header), Catch::Contains("no frames"));
    CHECK_THAT(error_of(header + live_link_row("0:0:0:0", 0, "0")), Catch::Contains("rate"));
    CHECK_THAT(
        error_of(header + live_link_row("0:0:0:59", 0, "0") + live_link_row("9:0:1:0", 0, "0")),
        Catch::Contains("leaps"));
    CHECK_THAT(
        error_of(header + live_link_row("0:0:1:59", 0, "0") + live_link_row("0:0:0:0", 0, "0")),
        Catch::Contains("leaps"));
    for (const char* bad :
         {"", "12", "0:0:0", "0:0:0:", "0:61:0:0", "-1:0:0:0", "0:0:0:1e9", "a"}) {
        CHECK_THAT(error_of(header + live_link_row(bad, 0, "0")), Catch::Contains("timecode"));
    }
}

TEST_CASE("mutated CSV files give motion or an Input error") {
    const std::string own = format_motion_csv(random_clip(3, 4));
    std::string theirs = live_link_header();
    for (int i = 0; i < 4; ++i) {
        theirs += live_link_row(
            "10:00:0" + std::to_string(i) + ":" + std::to_string(59 - i) + ".1", i, "0.5");
    }
    const std::string alphabet = "0123456789.,:;-+eE#=\\\n\r \"nainf\t\xFF";
    Rng rng(99);
    int num_errors = 0;
    for (int round = 0; round < 2000; ++round) {
        std::string text = round % 2 == 0 ? own : theirs;
        const auto num_edits = 1 + rng.below(4);
        for (std::uint64_t k = 0; k < num_edits && !text.empty(); ++k) {
            const auto at = static_cast<std::size_t>(rng.below(text.size()));
            switch (rng.below(5)) {
                case 0:
                    text[at] = alphabet[rng.below(alphabet.size())];
                    break;
                case 1:
                    text.erase(at, rng.below(20));
                    break;
                case 2:
                    text.insert(at, 1, alphabet[rng.below(alphabet.size())]);
                    break;
                case 3:
                    text[at] = static_cast<char>(rng.below(256));
                    break;
                default:
                    text.resize(at);
            }
        }
        try {
            const MotionClip clip = parse_motion_csv(text, "mutated.csv");
            for (const MotionFrame& frame : clip.frames) {
                REQUIRE(std::isfinite(frame.pose.z_cm));
                REQUIRE(frame.actions[Action::JawOpen] >= 0.0F);
                REQUIRE(frame.actions[Action::JawOpen] <= 1.0F);
            }
        } catch (const Error& error) {
            REQUIRE(error.kind() == ErrorKind::Input);
            ++num_errors;
        }
    }
    CHECK(num_errors > 500);
}

TEST_CASE("safetensors of another shape, version or content are refused") {
    const TestFolder folder;
    const MotionClip clip = random_clip(4, 5);
    const std::string good = folder.path("good.safetensors");
    save_motion(good, clip, false);
    const std::string bad = folder.path("bad.safetensors");
    std::vector<std::uint8_t> bytes = vasa::core::read_file(good, 1 << 20);
    const auto load_error = [&](const std::string& content) {
        vasa::core::write_file_atomic(bad, content, true);
        try {
            load_motion(bad);
        } catch (const Error& error) {
            CHECK(error.kind() == ErrorKind::Input);
            return std::string(error.what());
        }
        return std::string();
    };
    const std::string whole(bytes.begin(), bytes.end());
    CHECK(load_error(whole).empty());
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{7}, whole.size() / 2, whole.size() - 1}) {
        CHECK_FALSE(load_error(whole.substr(0, size)).empty());
    }
    const auto replaced = [&](const std::string& from, const std::string& to) {
        std::string text = whole;
        const std::size_t at = text.find(from);
        REQUIRE(at != std::string::npos);
        return text.replace(at, from.size(), to);
    };
    CHECK_THAT(load_error(replaced("\"format_version\":\"2\"", "\"format_version\":\"9\"")),
               Catch::Contains("of version 1 to 2, found version 9"));
    CHECK_THAT(load_error(replaced("\"kind\":\"motion\"", "\"kind\":\"notion\"")),
               Catch::Contains("expected a motion file of version 1 to 2, found kind 'notion'"));
    // Version 1 had no kind.
    std::string first_version = replaced(R"("format_version":"2")", R"("format_version":"1")");
    first_version.replace(first_version.find("\"kind\""), 6, "\"mark\"");
    CHECK(load_error(first_version).empty());
    CHECK_FALSE(load_error(replaced("jawOpen", "jawWide")).empty());
    CHECK_FALSE(load_error(replaced("30000/1001", "30000/0000")).empty());
    vasa::core::SafetensorsWriter writer;
    const auto file = vasa::core::SafetensorsFile::load(good, ErrorKind::Input);
    for (const char* key : {"kind", "format_version", "fps", "names"}) {
        writer.set_metadata(key, file.metadata(key));
    }
    std::vector<float> actions(5 * 52, 0.0F);
    actions[60] = std::numeric_limits<float>::quiet_NaN();
    writer.add_f32("pose", {5, 6}, std::vector<float>(30, 0.0F));
    writer.add_f32("actions", {5, 52}, actions);
    const std::vector<std::uint8_t> nan_bytes = writer.serialize();
    CHECK_THAT(load_error(std::string(nan_bytes.begin(), nan_bytes.end())),
               Catch::Contains("eyeLookDownRight of frame 1"));
}

TEST_CASE("mutated safetensors never crash") {
    const TestFolder folder;
    const std::string path = folder.path("clip.safetensors");
    save_motion(path, random_clip(5, 3), false);
    const std::vector<std::uint8_t> bytes = vasa::core::read_file(path, 1 << 20);
    Rng rng(5);
    for (int round = 0; round < 300; ++round) {
        std::string text(bytes.begin(), bytes.end());
        for (int k = 0; k < 3; ++k) {
            text[rng.below(text.size())] = static_cast<char>(rng.below(256));
        }
        vasa::core::write_file_atomic(path, text, true);
        try {
            load_motion(path);
        } catch (const Error& error) {
            REQUIRE(error.kind() == ErrorKind::Input);
        }
    }
}

}  // namespace
