// SPDX-License-Identifier: Apache-2.0
// Measurements of the models, on a portrait and backgrounds that the tests make.
#include "program.h"

#include "vasa/media/image_file.h"

#include <filesystem>

#include <nlohmann/json.hpp>

#include "support/catch.h"

using namespace vasa;
using test::run_vasa;
using test::RunResult;
using test::TemporaryFolder;

namespace {

/// The folder's only photograph: bars of two greys, `height_px` high each.
std::string folder_of_bars(const TemporaryFolder& folder, const std::string& name, int height_px) {
    std::filesystem::create_directory(folder.path(name));
    core::ImageU8 photo(600, 600, 3);
    for (int y = 0; y < photo.height; ++y) {
        const auto grey = static_cast<std::uint8_t>(y / height_px % 2 == 0 ? 190 : 90);
        std::fill_n(photo.row(y), 3 * photo.width, grey);
    }
    media::save_png(folder.path(name + "/bars.png"), photo, false);
    return folder.path(name);
}

}  // namespace

TEST_CASE("backgrounds behind a person are held against the photographs themselves", "[measure]") {
    const auto portrait = test::find_portrait();
    if (!portrait) {
        return;
    }
    const TemporaryFolder folder;
    const std::filesystem::path file(*portrait);
    test::write_text(folder.path("names.txt"), file.filename().string() + "\n");
    const auto measured = [&](const std::string& backgrounds) {
        return run_vasa({"--json",
                         "measure",
                         "background",
                         "--portraits",
                         file.parent_path().string(),
                         "--names",
                         folder.path("names.txt"),
                         "--backgrounds",
                         backgrounds});
    };
    const RunResult plain = measured(folder_of_bars(folder, "plain", 1000));
    INFO(plain.err);
    REQUIRE(plain.exit_code == 0);
    const auto even = nlohmann::json::parse(plain.out);
    CHECK(even.at("portraits") == 1);
    CHECK(even.at("pixels") > 10000);
    CHECK(even.at("error") < 3.0);  // no trace of the person

    const RunResult striped = measured(folder_of_bars(folder, "bars", 30));
    REQUIRE(striped.exit_code == 0);
    const auto bars = nlohmann::json::parse(striped.out);
    // The bars continue; a plain grey would have an error of half of 100.
    CHECK(bars.at("error") < 30.0);
    CHECK(bars.at("detail") > 0.6);

    std::filesystem::create_directory(folder.path("empty"));
    const RunResult none = measured(folder.path("empty"));
    CHECK(none.exit_code == 3);
    CHECK(none.err.find("no photographs in") != std::string::npos);
}
