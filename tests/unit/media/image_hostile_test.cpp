// SPDX-License-Identifier: Apache-2.0
#include "image_writers.h"
#include "sample_images.h"
#include "support/test_folder.h"

#include "vasa/core/error.h"
#include "vasa/core/rng.h"
#include "vasa/media/image_file.h"

#include <string>
#include <vector>

#include "support/catch.h"

using namespace vasa;
using media::load_image;

namespace {

std::string message_of(const std::string& path, const media::LoadImageOptions& options = {}) {
    try {
        load_image(path, options);
    } catch (const core::Error& error) {
        CHECK(error.kind() == core::ErrorKind::Input);
        CHECK(std::string(error.what()).find(path) != std::string::npos);
        return error.what();
    }
    return "no error";
}

bool mentions(const std::string& message, const std::string& word) {
    return message.find(word) != std::string::npos;
}

std::vector<Bytes> good_files() {
    const Bytes rows(16 * 8 * 3, 100);
    const std::vector<std::uint16_t> samples(16 * 8 * 3, 100);
    return {from_hex(kRgbJpeg),
            from_hex(kProgressiveJpeg),
            from_hex(kCmykJpeg),
            jpeg_with_exif(from_hex(kGreyJpeg), 6, false),
            from_hex(kLossyWebP),
            from_hex(kLosslessWebP),
            from_hex(kTurnedWebP),
            from_hex(kPalettePng),
            make_png({16, 8, 8, 2, 6}, rows),
            make_tiff({16, 8, 8, 3, false, 6, -1}, samples),
            make_tiff({16, 8, 16, 3, true, 1, -1}, samples),
            make_bmp(16, 8, rows)};
}

}  // namespace

TEST_CASE("missing, empty and foreign files are input errors that say so", "[media]") {
    const TestFolder folder;
    CHECK(mentions(message_of(folder / "missing.png"), "no such file"));
    CHECK(mentions(message_of(folder / ""), "folder"));
    write_bytes(folder / "empty.png", {});
    CHECK(mentions(message_of(folder / "empty.png"), "empty"));
    for (const std::string& text : {std::string("GIF89a and more bytes"),
                                    std::string("hello"),
                                    std::string("RIFF1234WAVEfmt "),
                                    std::string("P6 1 1 255\n123")}) {
        write_bytes(folder / "text.png", Bytes(text.begin(), text.end()));
        CHECK(mentions(message_of(folder / "text.png"), "expected PNG, JPEG, WebP, TIFF"));
    }
    write_bytes(folder / "a.webp", from_hex(kAnimatedWebP));
    CHECK(mentions(message_of(folder / "a.webp"), "animated"));
}

TEST_CASE("every truncation of every format is an input error", "[media]") {
    const TestFolder folder;
    const std::string path = folder / "cut";
    for (const Bytes& good : good_files()) {
        write_bytes(path, good);
        REQUIRE(message_of(path) == "no error");
        // The last byte of a WebP may be padding that no reader needs, and a JPEG's pixels are
        // complete without its end marker. The samples' last coded byte is hardly used.
        const std::size_t spare = good[0] == 0xff ? 4 : 1;
        for (std::size_t size = 0; size + spare < good.size(); ++size) {
            CAPTURE(size, good.size(), good[0]);
            write_bytes(path, Bytes(good.begin(), good.begin() + static_cast<long>(size)));
            REQUIRE(message_of(path) != "no error");
        }
    }
}

TEST_CASE("giant declared sizes are refused before anything is decoded", "[media]") {
    const TestFolder folder;
    const std::string path = folder / "giant";
    const auto is_refused = [&](const Bytes& bytes) {
        write_bytes(path, bytes);
        return mentions(message_of(path), "pixels, expected 1 to 100000000");
    };
    CHECK(is_refused(make_png({0x7fffffff, 0x7fffffff, 8, 2, 0}, {})));
    CHECK(is_refused(make_png({0xffffffff, 0xffffffff, 8, 2, 0}, {})));
    CHECK(is_refused(make_png({100'000, 1001, 8, 2, 0}, {})));
    CHECK(is_refused(make_png({0, 8, 8, 2, 0}, {})));
    CHECK(is_refused(make_tiff({0xffffffff, 0xffffffff, 8, 3, false, 1, -1}, {0})));
    Bytes jpeg = from_hex(kRgbJpeg);
    for (std::size_t i = 0; i + 9 < jpeg.size(); ++i) {
        if (jpeg[i] == 0xff && jpeg[i + 1] == 0xc0) {
            std::fill(jpeg.begin() + static_cast<long>(i) + 5,
                      jpeg.begin() + static_cast<long>(i) + 9,
                      0xff);
            break;
        }
    }
    CHECK(is_refused(jpeg));
    Bytes webp = from_hex(kTurnedWebP);  // VP8X: 24-bit sizes from byte 24
    std::fill(webp.begin() + 24, webp.begin() + 30, 0xff);
    CHECK(is_refused(webp));
}

TEST_CASE("max_pixels is the largest size that is read", "[media]") {
    const TestFolder folder;
    write_bytes(folder / "x.png", make_png({4, 5, 8, 0, 0}, Bytes(20, 1)));
    media::LoadImageOptions options;
    options.max_pixels = 20;
    CHECK(load_image(folder / "x.png", options).width == 4);
    options.max_pixels = 19;
    CHECK(mentions(message_of(folder / "x.png", options), "4x5 pixels"));
}

TEST_CASE("random damage gives a picture or an input error", "[media]") {
    const TestFolder folder;
    const std::string path = folder / "damaged";
    core::Rng rng(5);
    media::LoadImageOptions options;
    options.max_pixels = 10'000;
    int refused = 0;
    int total = 0;
    for (const Bytes& good : good_files()) {
        for (int round = 0; round < 150; ++round) {
            Bytes bytes = good;
            for (std::uint64_t n = 1 + rng.below(4); n > 0; --n) {
                bytes[static_cast<std::size_t>(rng.below(bytes.size()))] =
                    static_cast<std::uint8_t>(rng.below(256));
            }
            write_bytes(path, bytes);
            refused += message_of(path, options) != "no error";
            ++total;
        }
    }
    CHECK(refused > total / 10);
    CHECK(refused < total);
}
