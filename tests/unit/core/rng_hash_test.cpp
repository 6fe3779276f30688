// SPDX-License-Identifier: Apache-2.0
#include "support/test_folder.h"

#include "vasa/core/error.h"
#include "vasa/core/hash.h"
#include "vasa/core/rng.h"

#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include "support/catch.h"

using namespace vasa::core;

TEST_CASE("equal seeds give equal numbers, other seeds others", "[core]") {
    Rng a(42);
    Rng b(42);
    Rng c(43);
    int equal = 0;
    for (int i = 0; i < 100; ++i) {
        const std::uint64_t value = a.next_u64();
        CHECK(value == b.next_u64());
        equal += value == c.next_u64();
    }
    CHECK(equal == 0);
}

TEST_CASE("a generator goes on from its state", "[core]") {
    Rng a(42);
    a.normal();  // keeps the second normal number of the pair
    Rng b(7);
    b.set_state(a.state());
    CHECK(a.fork(3).next_u64() == b.fork(3).next_u64());
    for (int i = 0; i < 5; ++i) {
        CHECK(a.normal() == b.normal());
        CHECK(a.next_u64() == b.next_u64());
    }
    CHECK_THROWS_AS(b.set_state("1 2 3"), Error);
    CHECK_THROWS_AS(b.set_state(a.state() + " 1"), Error);
}

TEST_CASE("the generator is xoshiro256** seeded by SplitMix64", "[core]") {
    // First outputs of the reference implementation with this seeding, seed 0.
    Rng rng(0);
    CHECK(rng.next_u64() == 0x99ec5f36cb75f2b4ULL);
    CHECK(rng.next_u64() == 0xbf6e1f784956452aULL);
    CHECK(rng.next_u64() == 0x1a5f849d4933e6e0ULL);
}

TEST_CASE("a fork depends on seed and stream, not on how much was drawn", "[core]") {
    Rng a(7);
    const Rng before = a;
    a.next_u64();
    a.normal();
    CHECK(a.fork(3).next_u64() == Rng(before).fork(3).next_u64());
    CHECK(a.fork(3).next_u64() != a.fork(4).next_u64());
    CHECK(a.fork(3).next_u64() != Rng(8).fork(3).next_u64());
    CHECK(a.fork(0).next_u64() != Rng(7).next_u64());
}

TEST_CASE("uniform and normal numbers have their moments", "[core]") {
    Rng rng(1);
    constexpr int kCount = 200'000;
    double uniform_sum = 0;
    double normal_sum = 0;
    double normal_squares = 0;
    double normal_fourth = 0;
    bool in_range = true;
    for (int i = 0; i < kCount; ++i) {
        const double u = rng.uniform(-2.0, 4.0);
        in_range = in_range && u >= -2.0 && u < 4.0;
        uniform_sum += u;
        const double n = rng.normal();
        normal_sum += n;
        normal_squares += n * n;
        normal_fourth += n * n * n * n;
    }
    CHECK(in_range);
    CHECK(uniform_sum / kCount == Approx(1.0).margin(0.02));
    CHECK(normal_sum / kCount == Approx(0.0).margin(0.01));
    CHECK(normal_squares / kCount == Approx(1.0).margin(0.02));
    CHECK(normal_fourth / kCount == Approx(3.0).margin(0.1));
}

TEST_CASE("integers below a bound are within it and evenly spread", "[core]") {
    Rng rng(2);
    std::vector<int> counts(7);
    for (int i = 0; i < 70'000; ++i) {
        const std::uint64_t value = rng.below(7);
        REQUIRE(value < 7);
        ++counts[static_cast<std::size_t>(value)];
    }
    for (const int count : counts) {
        CHECK(std::abs(count - 10'000) < 500);
    }
    CHECK(rng.below(1) == 0);
}

TEST_CASE("SHA-256 gives the standard's digests", "[core]") {
    // FIPS 180-2, appendix B.
    Sha256 abc;
    abc.update("ab", 2);
    abc.update("c", 1);
    CHECK(abc.finish() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK_THROWS_AS(abc.update("d", 1), Error);
    CHECK_THROWS_AS(abc.finish(), Error);
    CHECK(Sha256().finish() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("a file's digest is that of its bytes, and a file that cannot be read is an error",
          "[core]") {
    const TestFolder folder;
    const std::string path = folder / "million";
    std::ofstream(path) << std::string(1'000'000, 'a');
    CHECK(sha256_file(path) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    CHECK_THROWS_AS(sha256_file(folder / "missing"), Error);
    CHECK_THROWS_AS(sha256_file(folder / ""), Error);
}
