// SPDX-License-Identifier: Apache-2.0
#include "jpeg_writer.h"
#include "log_lines.h"
#include "support/test_folder.h"

#include "vasa/core/error.h"
#include "vasa/core/rng.h"
#include "vasa/media/image_file.h"

#include <string>
#include <vector>

#include "support/catch.h"

using namespace vasa;

namespace {

struct JpegKind {
    std::string name;
    JpegSpec spec;
};

const std::vector<JpegKind> kKinds = {{"baseline", {90, 72, 3, 90}},
                                      {"progressive", {90, 72, 3, 90, true}},
                                      {"restarts", {90, 72, 3, 90, false, 3}}};

/// A picture with detail in each block, so that each block takes bits.
Bytes sample_jpeg(const JpegKind& kind) {
    Bytes samples(std::size_t{90} * 72 * 3);
    core::Rng rng(3);
    for (std::uint8_t& sample : samples) {
        sample = static_cast<std::uint8_t>(rng.below(256));
    }
    return make_jpeg(kind.spec, samples);
}

core::ImageU8 load_bytes(const Bytes& bytes) {
    const TestFolder folder;
    write_bytes(folder / "picture", bytes);
    return media::load_image(folder / "picture");
}

Bytes without_end(const Bytes& jpeg) {
    return {jpeg.begin(), jpeg.end() - 2};
}

}  // namespace

TEST_CASE("a JPEG without its end marker is read whole, with a warning", "[media]") {
    for (const JpegKind& kind : kKinds) {
        CAPTURE(kind.name);
        const Bytes good = sample_jpeg(kind);
        const core::ImageU8 image = load_bytes(good);
        Bytes padded = without_end(good);
        padded.resize(padded.size() + 1000);
        Bytes half_marker = good;
        half_marker.pop_back();
        Bytes before_another = without_end(good);
        append(before_another, good);
        for (const Bytes& bytes : {without_end(good), half_marker, padded, before_another}) {
            const LogLines log;
            CHECK(load_bytes(bytes).data == image.data);
            CHECK(log.mention("lacks its end marker"));
        }
    }
}

TEST_CASE("what follows the end marker of a JPEG does not matter", "[media]") {
    for (const JpegKind& kind : kKinds) {
        CAPTURE(kind.name);
        const Bytes good = sample_jpeg(kind);
        const core::ImageU8 image = load_bytes(good);
        Bytes with_text = good, with_picture = good, with_markers = good;
        append(with_text, std::string("a trailer of some camera"));
        append(with_picture, without_end(good));
        append(with_markers, Bytes{0xff, 0xda, 0, 4, 0xff, 0xd8, 0xff});
        for (const Bytes& bytes : {with_text, with_picture, with_markers}) {
            const LogLines log;
            CHECK(load_bytes(bytes).data == image.data);
            CHECK(log.warnings.empty());
        }
    }
}

TEST_CASE("a JPEG cut before its last pixel stays an error", "[media]") {
    for (const JpegKind& kind : kKinds) {
        const Bytes good = sample_jpeg(kind);
        for (std::size_t missing = 6; missing < good.size(); missing += 1 + missing / 3) {
            CAPTURE(kind.name, missing, good.size());
            Bytes cut(good.begin(), good.end() - static_cast<long>(missing));
            CHECK_THROWS_AS(load_bytes(cut), core::Error);
            cut.resize(good.size() + 100);
            CHECK_THROWS_AS(load_bytes(cut), core::Error);
        }
    }
}

TEST_CASE("a JPEG with damaged pixels is read with a warning", "[media]") {
    Bytes bytes = sample_jpeg(kKinds[0]);
    const std::size_t end = bytes.size();
    std::fill(bytes.begin() + static_cast<long>(end - 300), bytes.end() - 2, 0x55);
    const LogLines log;
    CHECK(load_bytes(bytes).width == 90);
    CHECK(log.mention("is damaged"));
}
