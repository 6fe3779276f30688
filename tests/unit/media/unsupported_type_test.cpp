// SPDX-License-Identifier: Apache-2.0
#include "image_writers.h"
#include "support/test_folder.h"

#include "vasa/core/error.h"
#include "vasa/media/image_file.h"

#include <string>
#include <utility>
#include <vector>

#include "support/catch.h"

using namespace vasa;

TEST_CASE("types that are not read are named", "[media]") {
    const std::vector<std::pair<std::string, std::string>> files = {
        {"GIF89a and more bytes", "a GIF"},
        {"GIF87a and more bytes", "a GIF"},
        {std::string("\0\0\0\x0cJXL \r\n\x87\n", 12), "JPEG XL"},
        {"\xff\x0a and more", "JPEG XL"},
        {std::string("\0\0\0\x0cjP  \r\n\x87\n", 12), "JPEG 2000"},
        {"8BPS and more bytes", "Photoshop"},
        {"%PDF-1.7 and more", "PDF"},
        {"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"},
        {"<!DOCTYPE html><p>not found", "HTML"},
        {std::string("\0\0\0\x18"
                     "ftypisom\0\0\0\0isommp41",
                     24),
         "MP4"},
        {"P6 1 1 255\n123", "PNM"},
        {std::string("\0\0\1\0\1\0\x10\x10", 8), "icon"},
        {std::string("II+\0\x08\0\0\0", 8), "BigTIFF"},
        {std::string("MM\0+\0\x08\0\0", 8), "BigTIFF"},
        {"hello", "unknown type"}};
    const TestFolder folder;
    for (const auto& [text, name] : files) {
        CAPTURE(name);
        write_bytes(folder / "picture", Bytes(text.begin(), text.end()));
        try {
            media::load_image(folder / "picture");
            FAIL("it was read");
        } catch (const core::Error& error) {
            CHECK(error.kind() == core::ErrorKind::Input);
            CHECK_THAT(error.what(), Catch::Contains(name));
            CHECK_THAT(error.what(), Catch::Contains("expected PNG, JPEG, WebP, TIFF"));
        }
    }
}

TEST_CASE("a damaged HEIC or AVIF is an input error that names the type", "[media]") {
    const TestFolder folder;
    for (const std::string brand : {"heic", "mif1", "avif", "avis", "heix"}) {
        CAPTURE(brand);
        std::string text(
            "\0\0\0\x18"
            "ftyp",
            8);
        text += brand + std::string("\0\0\0\0mif1miaf", 12) + "no boxes follow";
        write_bytes(folder / "picture", Bytes(text.begin(), text.end()));
        try {
            media::load_image(folder / "picture");
            FAIL("it was read");
        } catch (const core::Error& error) {
            CHECK(error.kind() == core::ErrorKind::Input);
            CHECK_THAT(error.what(), Catch::Contains("HEIC or AVIF"));
        }
    }
}
