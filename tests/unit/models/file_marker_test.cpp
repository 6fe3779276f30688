// SPDX-License-Identifier: Apache-2.0
#include "vasa/models/file_marker.h"

#include "model_file_support.h"

#include "support/catch.h"

using namespace vasa;
using models::FileKind;
using support::error_of;
using support::file_with;
using support::parsed;

TEST_CASE("each kind's marker is found again, and no other kind takes it") {
    for (const models::FileFormat& written : models::file_formats()) {
        core::SafetensorsWriter writer = file_with({});
        models::write_marker(writer, written.kind);
        const auto file = parsed(writer);
        INFO(written.name);
        REQUIRE(models::find_marker(file));
        CHECK(models::find_marker(file)->kind == written.kind);
        for (const models::FileFormat& read : models::file_formats()) {
            if (read.kind == written.kind) {
                CHECK(models::check_marker(file, read.kind) == written.version());
                continue;
            }
            const core::Error error = error_of([&] { models::check_marker(file, read.kind); });
            CHECK(error.kind() ==
                  (read.is_model ? core::ErrorKind::Model : core::ErrorKind::Input));
            CHECK_THAT(error.what(), Catch::Contains(std::string("expected a ") + read.noun));
            CHECK_THAT(error.what(), Catch::Contains(std::string("found a ") + written.noun));
        }
    }
}

TEST_CASE("formats are listed in the order of their kinds, each with a history from version 1") {
    int index = 0;
    for (const models::FileFormat& format : models::file_formats()) {
        CHECK(static_cast<int>(format.kind) == index++);
        CHECK(models::find_format(format.name) == &format);
        CHECK(format.oldest >= 1);
        CHECK(format.oldest <= format.version());
        int version = 0;
        for (const models::VersionNote& note : format.history) {
            CHECK(note.version == ++version);
            CHECK(std::string(note.change).size() > 10);
        }
    }
    CHECK(models::find_format("none") == nullptr);
}

TEST_CASE("models of version 1 are known by their old marks and sent to the upgrade") {
    const std::map<FileKind, std::map<std::string, std::string>> old = {
        {FileKind::HeadModel, {{"architecture", "head_model"}, {"format_version", "1"}}},
        {FileKind::SpeechEncoder, {{"format", "vasa speech encoder"}, {"version", "1"}}},
        {FileKind::MotionNetwork, {{"format", "vasa motion network"}, {"version", "1"}}},
        {FileKind::FrameDecoder, {{"format", "vasa frame decoder network"}, {"version", "1"}}},
        {FileKind::SyncExpert, {{"format", "vasa sync expert"}, {"version", "1"}}}};
    for (const auto& [kind, metadata] : old) {
        const auto file = parsed(file_with(metadata));
        REQUIRE(models::find_marker(file));
        CHECK(models::find_marker(file)->kind == kind);
        CHECK(models::find_marker(file)->version == 1);
        const core::Error error = error_of([&, k = kind] { models::check_marker(file, k); });
        CHECK(error.kind() == core::ErrorKind::Model);
        CHECK_THAT(error.what(), Catch::EndsWith("found version 1"));
        CHECK_THAT(error.hint(), Catch::Contains("vasa models upgrade"));
    }
}

TEST_CASE("data files of version 1 are still read") {
    CHECK(models::check_marker(parsed(file_with({{"format_version", "1"}, {"names", "a,b"}})),
                               FileKind::MotionClip) == 1);
    CHECK(models::check_marker(
              parsed(file_with({{"format", "vasa decoder patches"}, {"version", "1"}})),
              FileKind::DecoderPairs) == 1);
    CHECK(
        models::check_marker(parsed(file_with({{"kind", "motion_shard"}, {"format_version", "1"}})),
                             FileKind::MotionShard) == 1);
}

TEST_CASE("files without a marker, of a newer version or of none are refused by name") {
    const auto message = [](const std::map<std::string, std::string>& metadata) {
        const auto file = parsed(file_with(metadata));
        return std::string(
            error_of([&] { models::check_marker(file, FileKind::FaceCode); }).what());
    };
    const std::string expected = "'x.safetensors': expected a face code of version 1, found ";
    CHECK(message({}) == expected + "no marker");
    CHECK(message({{"kind", "cat"}, {"format_version", "1"}}) == expected + "kind 'cat'");
    CHECK(message({{"kind", "face_code"}}) == expected + "kind 'face_code'");
    CHECK(message({{"kind", "face_code"}, {"format_version", "2"}}) == expected + "version 2");
    for (const char* version : {"", "0", "-1", "01", "1.5", "x", "99999999999999999999"}) {
        CHECK(message({{"kind", "face_code"}, {"format_version", version}}) ==
              expected + "version '" + version + "'");
    }
}
