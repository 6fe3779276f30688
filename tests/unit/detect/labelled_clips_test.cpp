// SPDX-License-Identifier: Apache-2.0
#include "vasa/detect/labelled_clips.h"

#include "support/test_folder.h"

#include "vasa/core/error.h"
#include "vasa/core/safetensors.h"
#include "vasa/models/file_marker.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>

#include "support/catch.h"

using namespace vasa;
using detect::FeatureTable;
using detect::FeatureValues;
using detect::LabelledClip;

TEST_CASE("clips in the table are not measured again, and are named after people and encodings") {
    const TestFolder folder;
    std::filesystem::create_directory(folder / "clips");
    for (const char* name : {"anna__walk__crf28.mp4", "bert__x.mp4", "clip.mp4", "notes.txt"}) {
        std::ofstream(folder / ("clips/" + std::string(name))) << "no video";
    }
    FeatureValues part{};
    part[2] = 1.5;
    part[3] = std::numeric_limits<double>::quiet_NaN();
    {
        FeatureTable table(folder / "t.safetensors");
        CHECK(table.find("clip") == nullptr);
        table.add("anna__walk__crf28", {part, part});
        table.add("bert__x", {part});
        table.add("clip", {});
        table.save();
    }
    FeatureTable table(folder / "t.safetensors");
    const std::vector<LabelledClip> clips =
        detect::labelled_clips(folder / "clips", true, "no models", table, {}, {});
    REQUIRE(clips.size() == 2);  // one cannot be judged
    CHECK(clips[0].person == "anna");
    CHECK(clips[0].encoding == "crf28");
    REQUIRE(clips[0].parts.size() == 2);
    CHECK(clips[0].parts[1][2] == 1.5);
    CHECK(std::isnan(clips[0].parts[1][3]));
    CHECK(clips[1].person == "bert");
    CHECK(clips[1].is_rendered);
    FeatureTable empty("");
    CHECK_THROWS_AS(detect::labelled_clips(folder / "none", true, "", empty, {}, {}), core::Error);
}

TEST_CASE("tables that do not fit are input errors") {
    const TestFolder folder;
    const std::string path = folder / "t.safetensors";
    const auto refusal = [&](const std::string& features, const std::string& clips) {
        core::SafetensorsWriter writer;
        models::write_marker(writer, models::FileKind::ClipFeatures);
        writer.set_metadata("features", features);
        writer.set_metadata("clips", clips);
        writer.add_f32("values",
                       {1, static_cast<std::int64_t>(detect::kNumFeatures)},
                       std::vector<float>(detect::kNumFeatures));
        writer.save(path);
        try {
            const FeatureTable table(path);
            return std::string();
        } catch (const core::Error& error) {
            CHECK(error.kind() == core::ErrorKind::Input);
            return std::string(error.what());
        }
    };
    std::string names;
    for (const char* name : detect::kFeatureNames) {
        names += (names.empty() ? "[\"" : ",\"") + std::string(name) + "\"";
    }
    names += "]";
    CHECK(refusal(names, R"([["a", 1]])").empty());
    CHECK_THAT(refusal(R"(["x"])", "[]"), Catch::Contains("other features"));
    CHECK_THAT(refusal(names, "{}"), Catch::Contains("expected a list"));
    CHECK_THAT(refusal(names, R"([["a"]])"), Catch::Contains("expected the name"));
    CHECK_THAT(refusal(names, R"([["a", -1]])"), Catch::Contains("expected the name"));
    CHECK_THAT(refusal(names, R"([["a", 99999999999]])"), Catch::Contains("fewer values"));
    CHECK_FALSE(refusal(names, "[[").empty());
    std::ofstream(path) << "broken";
    CHECK_THROWS_AS(FeatureTable(path), core::Error);
}
