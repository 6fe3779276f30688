// SPDX-License-Identifier: Apache-2.0
#include "frame_sink.h"

#include "support/test_folder.h"

#include "vasa/core/error.h"
#include "vasa/core/hash.h"
#include "vasa/media/image_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.h"

using namespace vasa;
namespace fs = std::filesystem;

namespace {

render::FrameItem frame(std::int64_t index) {
    render::FrameItem item;
    item.index = index;
    item.rgb = core::ImageU8(8, 8, 3, static_cast<std::uint8_t>(10 * index));
    return item;
}

std::optional<core::ErrorKind> kind_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const core::Error& error) {
        return error.kind();
    }
    return std::nullopt;
}

}  // namespace

TEST_CASE("frame patterns name frames from 1") {
    CHECK(render::FramePattern("a/%05d.png").path(0) == "a/00001.png");
    CHECK(render::FramePattern("a/f_%03d_x.png").path(1233) == "a/f_1234_x.png");
    CHECK(render::FramePattern("%d.png").path(9) == "./10.png");
    CHECK(render::FramePattern("%d.png").folder() == ".");
    CHECK(render::FramePattern::is_pattern("a/%05d.png"));
    CHECK_FALSE(render::FramePattern::is_pattern("a%d/b.png"));
    CHECK_FALSE(render::FramePattern::is_pattern("a/100%.mp4"));
}

TEST_CASE("bad frame patterns are usage errors") {
    for (const char* pattern : {"a/b.png",
                                "a/%s.png",
                                "a/%5d.png",
                                "a/%00d.png",
                                "a/%012d.png",
                                "a/%d%d.png",
                                "a/%%d.png",
                                "a/%",
                                "a/%n.png",
                                "a/%0.png"}) {
        INFO(pattern);
        CHECK(kind_of([&] { render::FramePattern p(pattern); }) == core::ErrorKind::Usage);
    }
}

TEST_CASE("a PNG sequence appears when it is complete") {
    const TestFolder folder;
    const render::FramePattern pattern(folder / "%02d.png");
    const auto sink = render::make_png_sink(pattern, 3, false);
    for (int i = 0; i < 3; ++i) {
        sink->write(frame(i));
        CHECK_FALSE(fs::exists(folder / "01.png"));
    }
    sink->finish();
    CHECK(media::load_image(pattern.path(2)).at(4, 4)[1] == 20);
    CHECK(fs::exists(folder / "01.png"));
}

TEST_CASE("an unfinished PNG sequence leaves the folder as it was") {
    const TestFolder folder;
    const render::FramePattern pattern(folder / "%02d.png");
    std::ofstream(pattern.path(1)) << "old";
    {
        const auto sink = render::make_png_sink(pattern, 3, true);
        sink->write(frame(0));
        sink->write(frame(1));
    }
    CHECK(folder.names() == std::vector<std::string>{"02.png"});
    CHECK(fs::file_size(pattern.path(1)) == 3);
    {
        const auto sink = render::make_png_sink(pattern, 3, true);
        sink->write(frame(0));
        render::remove_png_temporaries();
        CHECK(folder.names() == std::vector<std::string>{"02.png"});
    }
}

TEST_CASE("a PNG sequence replaces frames only if this is allowed") {
    const TestFolder folder;
    const render::FramePattern pattern(folder / "%02d.png");
    std::ofstream(pattern.path(2)) << "old";
    CHECK(kind_of([&] { render::make_png_sink(pattern, 3, false); }) == core::ErrorKind::Output);
    CHECK(kind_of([&] { render::make_png_sink(pattern, 2, false); }) == std::nullopt);
    {
        const auto sink = render::make_png_sink(pattern, 3, true);
        for (int i = 0; i < 3; ++i) {
            sink->write(frame(i));
        }
        sink->finish();
    }
    CHECK(media::load_image(pattern.path(2)).at(0, 0)[0] == 20);
    CHECK(folder.names() == std::vector<std::string>{"01.png", "02.png", "03.png"});
}

TEST_CASE("a frame that appears meanwhile stops the sequence unharmed") {
    const TestFolder folder;
    const render::FramePattern pattern(folder / "%02d.png");
    {
        const auto sink = render::make_png_sink(pattern, 2, false);
        sink->write(frame(0));
        sink->write(frame(1));
        std::ofstream(pattern.path(1)) << "other";
        CHECK(kind_of([&] { sink->finish(); }) == core::ErrorKind::Output);
    }
    CHECK(folder.names() == std::vector<std::string>{"02.png"});
    CHECK(fs::file_size(pattern.path(1)) == 5);
}

TEST_CASE("a sidecar is made from the finished frames and appears with them") {
    const TestFolder folder;
    const render::FramePattern pattern(folder / "%02d.png");
    std::map<std::string, std::string> named;
    const auto maker = [&](const std::string& first, std::map<std::string, std::string> frames) {
        named = std::move(frames);
        CHECK(media::load_image(first).at(4, 4)[1] == 0);
        return std::string("manifest");
    };
    std::ofstream(folder / "01.c2pa") << "old";
    CHECK(kind_of([&] { render::make_png_sink(pattern, 2, false, maker); }) ==
          core::ErrorKind::Output);
    const auto write = [&](const render::SidecarMaker& make_sidecar) {
        const auto sink = render::make_png_sink(pattern, 2, true, make_sidecar);
        sink->write(frame(0));
        sink->write(frame(1));
        sink->finish();
    };
    write(maker);
    CHECK(folder.names() == std::vector<std::string>{"01.c2pa", "01.png", "02.png"});
    CHECK(fs::file_size(folder / "01.c2pa") == 8);
    CHECK(named ==
          std::map<std::string, std::string>{{"01.png", core::sha256_file(pattern.path(0))},
                                             {"02.png", core::sha256_file(pattern.path(1))}});
    // One that fails leaves the old files; frames without one do not keep that of others.
    CHECK(kind_of([&] {
              write(
                  [](const std::string&, const std::map<std::string, std::string>&) -> std::string {
                      throw core::Error(core::ErrorKind::Resource, "no time stamp");
                  });
          }) == core::ErrorKind::Resource);
    CHECK(fs::file_size(folder / "01.c2pa") == 8);
    write({});
    CHECK(folder.names() == std::vector<std::string>{"01.png", "02.png"});
}

TEST_CASE("a PNG sequence needs its folder") {
    const TestFolder folder;
    const render::FramePattern pattern(folder / "none/%02d.png");
    CHECK(kind_of([&] { render::make_png_sink(pattern, 2, true); }) == core::ErrorKind::Output);
}
