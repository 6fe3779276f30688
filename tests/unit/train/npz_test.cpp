// SPDX-License-Identifier: Apache-2.0
#include "data/npz.h"

#include "support/npz_archive.h"

#include "vasa/core/error.h"

#include <cstdint>
#include <string>
#include <vector>

#include <bzlib.h>

#include "support/catch.h"

namespace core = vasa::core;
namespace train = vasa::train;

namespace {

using vasa::support::Bytes;

/// fps = -30 as i8 [1], stored or compressed by bzip2.
Bytes small_archive(bool is_bzip2) {
    vasa::support::ZipEntry entry =
        vasa::support::stored("fps", vasa::support::npy_of("<i8", "(1,)", {-30}));
    if (is_bzip2) {
        Bytes packed(2000);
        auto size = static_cast<unsigned>(packed.size());
        REQUIRE(BZ2_bzBuffToBuffCompress(reinterpret_cast<char*>(packed.data()),
                                         &size,
                                         reinterpret_cast<char*>(entry.packed.data()),
                                         static_cast<unsigned>(entry.packed.size()),
                                         9,
                                         0,
                                         0) == BZ_OK);
        packed.resize(size);
        entry.packed = packed;
        entry.method = 12;
    }
    return vasa::support::zip_of({entry});
}

}  // namespace

TEST_CASE("an archive that is cut off or spoilt is an input error, never worse", "[train]") {
    for (const bool is_bzip2 : {false, true}) {
        const Bytes whole = small_archive(is_bzip2);
        CHECK(train::Npz::parse(whole, "x").integer("fps") == -30);
        for (std::size_t length = 0; length < whole.size(); ++length) {
            CHECK_THROWS_AS(train::Npz::parse(Bytes(whole.begin(), whole.begin() + length), "x"),
                            core::Error);
        }
        for (std::size_t at = 0; at < whole.size(); ++at) {
            for (const int value : {0x00, 0x7F, 0xFF}) {
                Bytes spoilt = whole;
                spoilt[at] = static_cast<std::uint8_t>(value);
                try {
                    train::Npz::parse(spoilt, "x").integer("fps");
                } catch (const core::Error& error) {
                    CHECK(error.kind() == core::ErrorKind::Input);
                }
            }
        }
    }
}

TEST_CASE("damaged bzip2 data of an archive are named", "[train]") {
    Bytes spoilt = small_archive(true);
    spoilt[30 + 7 + 20] ^= 0xFFU;  // in the compressed data, after the local header and the name
    try {
        train::Npz::parse(spoilt, "x.npz");
        FAIL("read");
    } catch (const core::Error& error) {
        CHECK_THAT(error.what(), Catch::Contains("archive 'x.npz': bzip2 data are damaged"));
    }
}

TEST_CASE("integers of every width keep their sign", "[train]") {
    using vasa::support::npy_of;
    using vasa::support::stored;
    const auto npz =
        train::Npz::parse(vasa::support::zip_of({stored("i1", npy_of("<i1", "(2,)", {-128, 127})),
                                                 stored("i2", npy_of("<i2", "(2,)", {-2, 300})),
                                                 stored("u2", npy_of("<u2", "(1, 2)", {65535, 7})),
                                                 stored("i4", npy_of("<i4", "()", {-70000})),
                                                 stored("u8", npy_of("<u8", "(1,)", {-1}))}),
                          "x");
    std::vector<std::int64_t> shape;
    CHECK(npz.integers("i1", shape) == std::vector<std::int64_t>{-128, 127});
    CHECK(npz.integers("i2", shape) == std::vector<std::int64_t>{-2, 300});
    CHECK(npz.integers("u2", shape) == std::vector<std::int64_t>{65535, 7});
    CHECK(shape == std::vector<std::int64_t>{1, 2});
    CHECK(npz.integers("i4", shape) == std::vector<std::int64_t>{-70000});
    CHECK(shape.empty());
    CHECK_THROWS_AS(npz.integers("u8", shape), core::Error);  // does not fit into 63 bits
    CHECK_THROWS_AS(npz.floats("i1", shape), core::Error);
    CHECK(npz.names() == std::vector<std::string>{"i1", "i2", "i4", "u2", "u8"});
}

TEST_CASE("arrays in Fortran's order are read by their indices", "[train]") {
    const auto npz = train::Npz::parse(
        vasa::support::zip_of({vasa::support::stored(
            "a",
            vasa::support::npy_of(
                "<i2", "(2, 3, 2)", {0, 100, 10, 110, 20, 120, 1, 101, 11, 111, 21, 121}, true))}),
        "x");
    std::vector<std::int64_t> shape;
    CHECK(npz.integers("a", shape) ==
          std::vector<std::int64_t>{0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121});
}
